// SPDX-License-Identifier: Apache-2.0
#include "size_text.h"

#include <fmt/format.h>

namespace papr {

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes);
  const char* name = "B";
  for (const char* const larger : {"kB", "MB", "GB", "TB", "PB"}) {
    // What would be printed as 1000.0 is one of the next unit.
    if (size < 999.95) break;
    size /= 1000;
    name = larger;
  }
  return fmt::format("{:.1f} {}", size, name);
}

std::string with_thousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

}  // namespace papr
