// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "../base/errno_error.h"
#include "../base/unique_fd.h"
#include "file_status.h"

namespace papr {
namespace {

/// Of the volumes in Linux's own tree those whose files can share storage.
bool can_share(int folder) {
  struct statfs volume{};
  if (::fstatfs(folder, &volume) != 0) return false;
  return volume.f_type == BTRFS_SUPER_MAGIC || volume.f_type == XFS_SUPER_MAGIC;
}

constexpr std::size_t kExtentsAtOnce = 64;

/// What lies at and behind `start`; empty at the end, and where the volume will not say.
std::vector<struct fiemap_extent> extents_from(int file, std::uint64_t start) {
  struct fiemap head;  // not {}: it ends in an array of no length, which C++ does not know
  std::memset(&head, 0, sizeof head);
  head.fm_start = start;
  head.fm_length = FIEMAP_MAX_OFFSET - start;
  head.fm_extent_count = kExtentsAtOnce;
  // The kernel writes the extents right behind the head.
  alignas(struct fiemap)
      std::array<std::byte, sizeof head + kExtentsAtOnce * sizeof(struct fiemap_extent)>
          answer{};
  std::memcpy(answer.data(), &head, sizeof head);
  if (::ioctl(file, FS_IOC_FIEMAP, answer.data()) != 0) return {};
  std::memcpy(&head, answer.data(), sizeof head);
  std::vector<struct fiemap_extent> extents(head.fm_mapped_extents);
  std::memcpy(extents.data(), answer.data() + sizeof head,
              extents.size() * sizeof(struct fiemap_extent));
  return extents;
}

}  // namespace

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

std::vector<SharedExtent> shared_extents(int parent, const std::string& name) {
  if (!can_share(parent)) return {};
  // Not O_NOATIME, which is for the owner alone; opening does not count as reading.
  const UniqueFd file(
      ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return {};
  std::vector<SharedExtent> shared;
  std::uint64_t start = 0;
  while (true) {
    const auto extents = extents_from(file.get(), start);
    if (extents.empty()) return shared;
    for (const auto& extent : extents) {
      if ((extent.fe_flags & FIEMAP_EXTENT_SHARED) != 0) {
        shared.push_back({0, extent.fe_physical, extent.fe_physical + extent.fe_length});
      }
      if ((extent.fe_flags & FIEMAP_EXTENT_LAST) != 0) return shared;
    }
    const auto next = extents.back().fe_logical + extents.back().fe_length;
    if (next <= start) return shared;
    start = next;
  }
}

WallTime modified_at(const struct stat& status) { return wall_time_of(status.st_mtim); }
WallTime accessed_at(const struct stat& status) { return wall_time_of(status.st_atim); }
std::int64_t modified_ns(const struct stat& status) { return nanoseconds_of(status.st_mtim); }
std::int64_t changed_ns(const struct stat& status) { return nanoseconds_of(status.st_ctim); }

}  // namespace papr
