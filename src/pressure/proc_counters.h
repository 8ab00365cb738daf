// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// What we take from /proc/meminfo.
struct MemInfo {
  std::uint64_t total_bytes = 0;      ///< never 0
  std::uint64_t available_bytes = 0;  ///< usable without swapping; never above total_bytes
  std::optional<std::uint64_t> swap_total_bytes;
  std::optional<std::uint64_t> swap_free_bytes;  ///< never above swap_total_bytes
};

/// @error kCorrupt  MemTotal or MemAvailable is missing (it came with Linux 3.14), or a line that
///                  we know has no number of kB.
/// Source: proc_meminfo(5).
[[nodiscard]] Result<MemInfo> parse_meminfo(std::string_view text);

/// What we take from /proc/vmstat, since boot. A kernel without swap lacks the swap lines.
struct VmCounters {
  std::optional<std::uint64_t> swapped_in_pages;
  std::optional<std::uint64_t> swapped_out_pages;
  std::optional<std::uint64_t> read_kib;     ///< pgpgin: from all disks, not in pages
  std::optional<std::uint64_t> written_kib;  ///< pgpgout
};

/// @error kCorrupt  none of its lines is there, or one that we know has no whole number.
/// Source: mm/vmstat.c of Linux; its pgpgin is in KiB despite the name.
[[nodiscard]] Result<VmCounters> parse_vmstat(std::string_view text);

/// What we take from a cgroup's memory.stat. Version 1 tells it for its whole subtree as
/// "total_...", version 2 always does.
struct GroupStat {
  /// What the kernel can take back without swapping: file pages, and in version 2 slabs.
  std::uint64_t reclaimable_bytes = 0;
  /// Version 1, where it accounts for swap; version 2 has memory.swap.current.
  std::optional<std::uint64_t> swap_used_bytes;
};

/// @error kCorrupt  no line of file pages, or one that we know has no whole number.
[[nodiscard]] Result<GroupStat> parse_memory_stat(std::string_view text);

/// One number on one line, as memory.current or memory.limit_in_bytes; nullopt for "max".
/// @error kCorrupt  anything else.
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_limit_bytes(std::string_view text);

}  // namespace papr
