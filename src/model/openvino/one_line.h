// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace papr {

/// OpenVINO's words in a message of ours: its own run over several lines and name its source files.
[[nodiscard]] inline std::string one_line(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  std::string line;
  for (const char c : text.substr(0, kLongest)) {
    const bool blank = c == '\n' || c == ' ';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return text.size() > kLongest ? line + "…" : line;
}

}  // namespace papr
