// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include <cerrno>

#include "../base/errno_error.h"
#include "file_status.h"

namespace papr {

// The device number would do, but for a folder that is mounted a second time (a bind mount): that
// has its own mount id and the same device.
Result<std::uint64_t> volume_of(int handle) {
  struct statx status{};
  if (::statx(handle, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0) {
    return fail_errno("stat", "open folder", errno);
  }
  if ((status.stx_mask & STATX_MNT_ID) != 0) return status.stx_mnt_id;
  return (std::uint64_t{status.stx_dev_major} << 32) | status.stx_dev_minor;  // before Linux 5.8
}

WallTime modified_at(const struct stat& status) { return wall_time_of(status.st_mtim); }
WallTime accessed_at(const struct stat& status) { return wall_time_of(status.st_atim); }
std::int64_t modified_ns(const struct stat& status) { return nanoseconds_of(status.st_mtim); }
std::int64_t changed_ns(const struct stat& status) { return nanoseconds_of(status.st_ctim); }

}  // namespace papr
