// SPDX-License-Identifier: Apache-2.0
#include "proc_stat.h"

#include <algorithm>

namespace papr {

std::optional<std::string> start_ticks_of(std::string_view stat) {
  constexpr int kFieldsBetween = 19;  // field 2 ends with the bracket, starttime is field 22
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 1);
  for (int field = 0; field <= kFieldsBetween; ++field) {
    if (stat.empty() || stat.front() != ' ') return std::nullopt;
    stat.remove_prefix(1);
    const std::size_t end = std::min(stat.find_first_of(" \n"), stat.size());
    if (field == kFieldsBetween) {
      const std::string_view ticks = stat.substr(0, end);
      const bool digits = std::ranges::all_of(ticks, [](char c) { return c >= '0' && c <= '9'; });
      return digits && !ticks.empty() ? std::optional(std::string(ticks)) : std::nullopt;
    }
    stat.remove_prefix(end);
  }
  return std::nullopt;
}

}  // namespace papr
