// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "../base/errno_error.h"
#include "file_status.h"

namespace papr {

Result<std::uint64_t> volume_of(int handle) {
  struct stat status{};
  if (::fstat(handle, &status) != 0) return fail_errno("stat", "open folder", errno);
  return static_cast<std::uint64_t>(status.st_dev);
}

WallTime modified_at(const struct stat& status) { return wall_time_of(status.st_mtimespec); }
WallTime accessed_at(const struct stat& status) { return wall_time_of(status.st_atimespec); }
std::int64_t modified_ns(const struct stat& status) { return nanoseconds_of(status.st_mtimespec); }
std::int64_t changed_ns(const struct stat& status) { return nanoseconds_of(status.st_ctimespec); }

}  // namespace papr
