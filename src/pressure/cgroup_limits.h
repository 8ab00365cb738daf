// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "papr/result.h"
#include "small_file.h"

namespace papr {

/// The files of one cgroup that may limit memory, kept open. `refresh` reads what changes seldom or
/// costs the kernel long to tell, `free_percent` what moves with each allocation.
class CgroupLimits {
 public:
  CgroupLimits(const std::filesystem::path& folder, int version);

  /// Reads the limit, and if it is below `total_bytes`, what the machine has, the rest as well.
  /// Version 2 has two: memory.high, from which on tasks are slowed down, and memory.max, at which
  /// they are killed. The lower one counts: pressure begins there. Where there is no such file
  /// there is no limit: the root of version 2 has none, nor has a group whose parent does not share
  /// memory out.
  /// @error those of SmallFile::read; kUnavailable where the group was removed.
  [[nodiscard]] Result<> refresh(std::uint64_t total_bytes);

  /// What the last refresh read; nothing where it is not below what the machine has.
  [[nodiscard]] std::optional<std::uint64_t> limit_bytes() const noexcept { return limit_bytes_; }

  /// What is swapped out of the group, by the last refresh; nothing where it has no limit, or where
  /// the kernel does not tell.
  [[nodiscard]] std::optional<std::uint64_t> swap_used_bytes() const noexcept {
    return swap_used_bytes_;
  }

  /// The share of the limit that is unused or can be taken back without swapping, as the kernel
  /// reckons MemAvailable of the machine; [0, 100]. To be asked where there is a limit.
  /// @error those of SmallFile::read; kUnavailable where the group was removed.
  [[nodiscard]] Result<double> free_percent();

  /// memory.pressure. There in version 2 alone.
  [[nodiscard]] SmallFile& stalls() noexcept { return stalls_; }

 private:
  Result<std::optional<std::uint64_t>> read_limit();
  Result<std::optional<std::uint64_t>> read_swap();

  int version_;
  SmallFile limit_;
  SmallFile throttle_;  ///< version 2 only
  SmallFile used_;
  SmallFile stat_;
  SmallFile swap_;  ///< version 2 only
  SmallFile stalls_;
  std::optional<std::uint64_t> limit_bytes_;
  std::optional<std::uint64_t> swap_used_bytes_;
  std::uint64_t reclaimable_bytes_ = 0;
};

}  // namespace papr
