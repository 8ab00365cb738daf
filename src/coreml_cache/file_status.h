// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "papr/result.h"

namespace papr {

/// Which mounted volume an open file or folder lies on. Two handles of one mount give the same
/// number.
/// @error kUnavailable
[[nodiscard]] Result<std::uint64_t> volume_of(int handle);

[[nodiscard]] WallTime modified_at(const struct stat& status);
[[nodiscard]] WallTime accessed_at(const struct stat& status);

/// The same, and when content or status changed, in nanoseconds since 1970: all that is known.
[[nodiscard]] std::int64_t modified_ns(const struct stat& status);
[[nodiscard]] std::int64_t changed_ns(const struct stat& status);

/// A part of a file's storage that other files may have as well, as copy-on-write clones do.
struct SharedExtent {
  std::uint64_t storage = 0;  ///< of several on the volume
  std::uint64_t start = 0;    ///< in bytes; where it lies in that
  std::uint64_t end = 0;      ///< may be more than the file has
};

/// What of a file is shared, as far as its volume says. Neither opens nor counts as a use on macOS;
/// on Linux the file is opened, and only where the volume can share at all.
[[nodiscard]] std::vector<SharedExtent> shared_extents(int parent, const std::string& name);

/// To whole milliseconds, downwards.
[[nodiscard]] inline WallTime wall_time_of(const struct timespec& time) {
  return WallTime(std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)));
}

[[nodiscard]] inline std::int64_t nanoseconds_of(const struct timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace papr
