// SPDX-License-Identifier: Apache-2.0
#include "memory_pressure_output.h"

#include "text_scan.h"

namespace papr {

Result<double> parse_memory_pressure(std::string_view text) {
  std::optional<double> found;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = trimmed(line->text);
    if (!take(rest, "System-wide memory free percentage:")) continue;
    rest = trimmed(rest);
    const auto percent = take_decimal(rest);
    // Without the sign digits may be missing: "8" of "86%".
    if (!percent || trimmed(rest) != "%" || *percent > 100) {
      return fail(ErrorCode::kCorrupt, "read output of memory_pressure: no sound percentage");
    }
    if (found && *found != *percent) {
      return fail(ErrorCode::kCorrupt, "read output of memory_pressure: two percentages");
    }
    found = percent;
  }
  if (found) return *found;
  return fail(ErrorCode::kCorrupt, "read output of memory_pressure: no line of free percentage");
}

}  // namespace papr
