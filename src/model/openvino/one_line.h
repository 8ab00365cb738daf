// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace papr {

/// A text that is not ours, as part of a message: one line, no control characters, of bounded
/// length and still UTF-8 if it was. OpenVINO's run over several lines, a package's names hold
/// anything.
[[nodiscard]] inline std::string one_line(std::string_view text) {
  constexpr std::size_t kLongestBytes = 500;
  std::size_t end = text.size();
  if (end > kLongestBytes) {
    end = kLongestBytes;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not inside of a character
  }
  std::string line;
  for (const char c : text.substr(0, end)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return end < text.size() ? line + "..." : line;
}

}  // namespace papr
