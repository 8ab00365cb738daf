// SPDX-License-Identifier: Apache-2.0
#include "duration.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace papr {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t milliseconds;
};
// "ms" before "s" and "m": the first suffix that fits wins.
constexpr std::array kUnits = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000},
                               Unit{"h", 3'600'000}};
constexpr std::int64_t kLongestMs = std::int64_t{366} * 24 * 3'600'000;

std::unexpected<Error> fail_duration(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument,
              "read duration \"" + std::string(text) + "\": not a number with a unit",
              "write it like 150ms, 2.5s, 30m or 1h");
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    const std::string_view number = text.substr(0, text.size() - unit.suffix.size());
    const std::size_t point = number.find('.');
    const std::string_view whole = number.substr(0, point);
    const std::string_view decimals =
        point == std::string_view::npos ? "" : number.substr(point + 1);
    // Integers only: libc++ has no from_chars for double yet.
    if (whole.empty() || !all_digits(whole) || !all_digits(decimals) || decimals.size() > 3 ||
        (point != std::string_view::npos && decimals.empty())) {
      return fail_duration(text);
    }
    std::int64_t value = 0;
    if (std::from_chars(whole.data(), whole.data() + whole.size(), value).ec != std::errc{} ||
        value > kLongestMs / unit.milliseconds) {
      return fail_duration(text);
    }
    std::int64_t milliseconds = value * unit.milliseconds;
    std::int64_t share = unit.milliseconds;
    for (const char digit : decimals) {
      milliseconds += (digit - '0') * share / 10;
      share /= 10;
    }
    return std::chrono::milliseconds(milliseconds);
  }
  return fail_duration(text);
}

}  // namespace papr
