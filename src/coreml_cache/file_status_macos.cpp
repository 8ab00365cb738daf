// SPDX-License-Identifier: Apache-2.0
#include <sys/attr.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "../base/errno_error.h"
#include "file_status.h"

namespace papr {

Result<std::uint64_t> volume_of(int handle) {
  struct stat status{};
  if (::fstat(handle, &status) != 0) return fail_errno("stat", "open folder", errno);
  return static_cast<std::uint64_t>(status.st_dev);
}

// The attributes come packed in the order of their bits. A clone id is the same for files that
// share all of their storage, and another one once one of them is written to: what two files share
// in part is counted twice.
std::vector<SharedExtent> shared_extents(int parent, const std::string& name) {
  struct __attribute__((packed)) Answer {
    std::uint32_t length;
    std::uint64_t clone_id;
    std::uint64_t flags;
  } answer{};
  struct attrlist wanted{};
  wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
  wanted.forkattr = ATTR_CMNEXT_CLONEID | ATTR_CMNEXT_EXT_FLAGS;
  if (::getattrlistat(parent, name.c_str(), &wanted, &answer, sizeof answer,
                      FSOPT_NOFOLLOW | FSOPT_ATTR_CMN_EXTENDED) != 0 ||
      answer.length != sizeof answer || (answer.flags & EF_MAY_SHARE_BLOCKS) == 0) {
    return {};
  }
  return {{answer.clone_id, 0, std::numeric_limits<std::uint64_t>::max()}};
}

WallTime modified_at(const struct stat& status) { return wall_time_of(status.st_mtimespec); }
WallTime accessed_at(const struct stat& status) { return wall_time_of(status.st_atimespec); }
std::int64_t modified_ns(const struct stat& status) { return nanoseconds_of(status.st_mtimespec); }
std::int64_t changed_ns(const struct stat& status) { return nanoseconds_of(status.st_ctimespec); }

}  // namespace papr
