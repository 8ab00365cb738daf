// SPDX-License-Identifier: Apache-2.0
#include "proc_counters.h"

#include <algorithm>
#include <span>
#include <string>

#include "text_scan.h"

namespace papr {
namespace {

struct WantedLine {
  std::string_view label;  ///< with what stands between it and the number
  std::optional<std::uint64_t>* value;
};

// Fills in the values of the wanted lines. False when one has no whole number: each must be
// followed by `unit` and the end of its line.
bool read_lines(std::string_view text, std::string_view unit, std::span<const WantedLine> wanted) {
  std::size_t missing = wanted.size();
  TextLines lines(text);
  while (const auto line = lines.next()) {
    for (const WantedLine& one : wanted) {
      std::string_view rest = line->text;
      if (!take(rest, one.label)) continue;
      rest = trimmed(rest);
      const auto number = take_number(rest);
      if (!number || rest != unit || !line->ended) return false;
      if (!*one.value) --missing;
      *one.value = *number;
    }
    if (missing == 0) return true;  // The rest, often the longer part, is not ours.
  }
  return true;
}

}  // namespace

Result<MemInfo> parse_meminfo(std::string_view text) {
  std::optional<std::uint64_t> total, available, swap_total, swap_free;
  const WantedLine wanted[] = {{"MemTotal:", &total},
                               {"MemAvailable:", &available},
                               {"SwapTotal:", &swap_total},
                               {"SwapFree:", &swap_free}};
  constexpr std::uint64_t kMostKib = std::uint64_t{1} << 53;
  const bool sound =
      read_lines(text, " kB", wanted) && std::ranges::all_of(wanted, [](const WantedLine& line) {
        return line.value->value_or(0) <= kMostKib;
      });
  if (!sound) return fail(ErrorCode::kCorrupt, "read meminfo: a line has no number of kB");
  if (!total || *total == 0) return fail(ErrorCode::kCorrupt, "read meminfo: no MemTotal");
  if (!available) return fail(ErrorCode::kCorrupt, "read meminfo: no MemAvailable");
  MemInfo info{.total_bytes = *total * 1024,
               .available_bytes = std::min(*available, *total) * 1024,
               .swap_total_bytes = std::nullopt,
               .swap_free_bytes = std::nullopt};
  if (swap_total && swap_free) {
    info.swap_total_bytes = *swap_total * 1024;
    info.swap_free_bytes = std::min(*swap_free, *swap_total) * 1024;
  }
  return info;
}

Result<VmCounters> parse_vmstat(std::string_view text) {
  VmCounters counters;
  const WantedLine wanted[] = {{"pswpin ", &counters.swapped_in_pages},
                               {"pswpout ", &counters.swapped_out_pages},
                               {"pgpgin ", &counters.read_kib},
                               {"pgpgout ", &counters.written_kib}};
  if (!read_lines(text, "", wanted)) {
    return fail(ErrorCode::kCorrupt, "read vmstat: a line has no whole number");
  }
  if (std::ranges::none_of(wanted,
                           [](const WantedLine& line) { return line.value->has_value(); })) {
    return fail(ErrorCode::kCorrupt, "read vmstat: no line that we know");
  }
  return counters;
}

Result<GroupStat> parse_memory_stat(std::string_view text) {
  std::optional<std::uint64_t> active, inactive, slabs, total_active, total_inactive, total_swap;
  const WantedLine wanted[] = {{"active_file ", &active},
                               {"inactive_file ", &inactive},
                               {"slab_reclaimable ", &slabs},
                               {"total_active_file ", &total_active},
                               {"total_inactive_file ", &total_inactive},
                               {"total_swap ", &total_swap}};
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 60;
  const bool sound =
      read_lines(text, "", wanted) && std::ranges::all_of(wanted, [](const WantedLine& line) {
        return line.value->value_or(0) <= kMostBytes;
      });
  if (!sound) return fail(ErrorCode::kCorrupt, "read memory.stat: a line has no whole number");
  if (total_active && total_inactive) {
    return GroupStat{.reclaimable_bytes = *total_active + *total_inactive,
                     .swap_used_bytes = total_swap};
  }
  if (active && inactive) {
    return GroupStat{.reclaimable_bytes = *active + *inactive + slabs.value_or(0),
                     .swap_used_bytes = std::nullopt};
  }
  return fail(ErrorCode::kCorrupt, "read memory.stat: no line of file pages");
}

Result<std::optional<std::uint64_t>> parse_limit_bytes(std::string_view text) {
  if (text == "max\n") return std::optional<std::uint64_t>();
  const auto number = take_number(text);
  if (!number || text != "\n") {
    return fail(ErrorCode::kCorrupt, "read limit of cgroup: no whole number");
  }
  return number;
}

}  // namespace papr
