// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace papr {

/// The letter, A to Z made small, whatever the locale.
[[nodiscard]] constexpr char ascii_lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// The same for each of a text. Other bytes, as those of UTF-8, stay.
[[nodiscard]] inline std::string ascii_lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char letter) { return ascii_lower(letter); });
  return low;
}

}  // namespace papr
