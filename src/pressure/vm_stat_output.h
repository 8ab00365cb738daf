// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// What `vm_stat` printed. A line that it did not print, as old releases lack some, is nullopt.
struct VmStat {
  std::uint64_t page_size_bytes = 0;
  std::optional<std::uint64_t> free;         ///< pages, without the speculative ones
  std::optional<std::uint64_t> active;       ///< pages
  std::optional<std::uint64_t> inactive;     ///< pages
  std::optional<std::uint64_t> speculative;  ///< pages
  std::optional<std::uint64_t> wired;        ///< pages
  std::optional<std::uint64_t> compressor;   ///< pages that the compressor occupies
  std::optional<std::uint64_t> page_ins;     ///< since boot, file I/O included
  std::optional<std::uint64_t> page_outs;    ///< since boot
  std::optional<std::uint64_t> swap_ins;     ///< pages since boot
  std::optional<std::uint64_t> swap_outs;    ///< pages since boot
};

/// Parses the snapshot that `vm_stat` prints without arguments. Goes by label: columns differ
/// between releases, and lines that we do not know come and go.
///
/// @error kCorrupt  no page size or two, no labelled line (as in interval mode, whose columns are
///                  another format), or a line that we know has no whole number or comes again with
///                  another.
/// Source: vm_stat.c of Apple's system_cmds; recordings in tests/data/macos_outputs.
[[nodiscard]] Result<VmStat> parse_vm_stat(std::string_view text);

/// What `memory_pressure` would call free, [0, 100]: floor(100 * available / (available + wired +
/// compressor)). Nothing when a number for it is missing or is more than the kernel can count.
[[nodiscard]] std::optional<double> free_percent_of(const VmStat& stat);

}  // namespace papr
