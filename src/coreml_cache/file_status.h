// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "../base/clock.h"
#include "papr/result.h"

namespace papr {

/// Which mounted volume an open file or folder lies on. Two handles of one mount give the same
/// number.
/// @error kUnavailable
[[nodiscard]] Result<std::uint64_t> volume_of(int handle);

[[nodiscard]] WallTime modified_at(const struct stat& status);
[[nodiscard]] WallTime accessed_at(const struct stat& status);

/// To whole milliseconds, downwards.
[[nodiscard]] inline WallTime wall_time_of(const struct timespec& time) {
  return WallTime(std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)));
}

}  // namespace papr
