// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "../base/errno_error.h"
#include "file_status.h"
#include "trash.h"
#include "walk_tree.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

void tell(const std::function<void()>& before_change) {
  if (before_change) before_change();
}

Result<UniqueFd> open_own_folder(int parent, const std::string& name) {
  auto folder = open_folder(parent, name);
  if (!folder) return folder;
  struct stat status{};
  if (::fstat(folder->get(), &status) != 0) return fail_errno("stat", name, errno);
  const auto volume = volume_of(folder->get());
  const auto above = volume_of(parent);
  if (!volume) return std::unexpected(volume.error());
  if (!above) return std::unexpected(above.error());
  // What is mounted there is not what we made, and its files are not ours to delete.
  if (*volume != *above) {
    return fail(ErrorCode::kUnavailable, "open \"" + name + "\": something is mounted there",
                "unmount it, then try again");
  }
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::kUnavailable, "open \"" + name + "\": it is of another user");
  }
  return folder;
}

Result<UniqueFd> make_own_folder(int parent, const std::string& name,
                                 const std::function<void()>& before_change) {
  auto folder = open_own_folder(parent, name);
  if (folder || folder.error().code != ErrorCode::kNotFound) return folder;
  tell(before_change);
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail_errno("make folder", name, errno);
  }
  return open_own_folder(parent, name);
}

// flock goes with the process however that ends. The file holds who has it, for the message.
Result<UniqueFd> lock(int owner, const fs::path& path, const std::function<void()>& before_change) {
  tell(before_change);
  UniqueFd file(::openat(owner, std::string(kTrashLock).c_str(),
                         O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return fail_errno("open", path, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_errno("stat", path, errno);
  // A file of another name too, which a lock would overwrite with the number of its holder.
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1) {
    return fail(ErrorCode::kUnavailable, "lock \"" + path.string() + "\": it is no file of ours",
                "move it away, then try again");
  }
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return fail_errno("lock", path, errno);
    std::array<char, 16> text{};
    const ssize_t length = ::pread(file.get(), text.data(), text.size(), 0);
    std::string holder(text.data(), static_cast<std::size_t>(length > 0 ? length : 0));
    if (holder.empty() || holder.find_first_not_of("0123456789") != holder.npos) holder = "?";
    return fail(ErrorCode::kUnavailable,
                "lock \"" + path.string() + "\": process " + holder + " is clearing",
                "wait until it is done, then try again");
  }
  const std::string self = std::to_string(::getpid());
  if (::ftruncate(file.get(), 0) == 0) {
    // Without its holder's number a lock holds just as well.
    static_cast<void>(!::pwrite(file.get(), self.data(), self.size(), 0));
  }
  return file;
}

std::string free_name(int folder, const std::string& start, unsigned& next) {
  while (true) {
    std::string name = start + std::to_string(next++);
    struct stat status{};
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return name;
  }
}

}  // namespace

Result<> check_same(int folder, const std::string& name, const FileId& id) {
  struct stat status{};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return fail_errno("stat", name, errno);
  }
  if (id_of(status) != id || S_ISLNK(status.st_mode)) {
    return fail(ErrorCode::kUnavailable,
                "clear \"" + name + "\": another thing is there than was measured");
  }
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::kUnavailable, "clear \"" + name + "\": it is of another user");
  }
  return {};
}

Trash::Trash(UniqueFd owner, UniqueFd folder, UniqueFd lock, fs::path path)
    : owner_(std::move(owner)),
      folder_(std::move(folder)),
      lock_(std::move(lock)),
      path_(std::move(path)) {}

Result<Trash> Trash::open(int caches, const fs::path& caches_path,
                          const std::function<void()>& before_change) {
  const fs::path owner_path = caches_path / kTrashOwner;
  auto owner = make_own_folder(caches, std::string(kTrashOwner), before_change);
  if (!owner) return while_doing("open trash in " + caches_path.string(), owner.error());
  auto held = lock(owner->get(), owner_path / kTrashLock, before_change);
  if (!held) return std::unexpected(held.error());
  auto folder = make_own_folder(owner->get(), std::string(kTrashName), before_change);
  if (!folder) return while_doing("open trash in " + owner_path.string(), folder.error());
  return Trash(std::move(*owner), std::move(*folder), std::move(*held), owner_path / kTrashName);
}

Result<Trash> Trash::look(int caches, const fs::path& caches_path) {
  auto owner = open_own_folder(caches, std::string(kTrashOwner));
  if (!owner) return std::unexpected(owner.error());
  auto folder = open_own_folder(owner->get(), std::string(kTrashName));
  if (!folder) return std::unexpected(folder.error());
  return Trash(std::move(*owner), std::move(*folder), UniqueFd(),
               caches_path / kTrashOwner / kTrashName);
}

Result<std::vector<std::string>> Trash::names() const { return names_in(folder_.get()); }

Result<std::string> Trash::take(int place, const std::string& name, const FileId& id,
                                const std::function<void()>& before_change) {
  std::string taken = free_name(folder_.get(), "", next_);
  tell(before_change);
  if (::renameat(place, name.c_str(), folder_.get(), taken.c_str()) != 0) {
    return fail_errno("move", name, errno);
  }
  // Whoever swapped it between the look and the move gets it back: it was never ours.
  if (!check_same(folder_.get(), taken, id)) return put_back(place, name, taken, before_change);
  return taken;
}

std::unexpected<Error> Trash::put_back(int place, const std::string& name, const std::string& taken,
                                       const std::function<void()>& before_change) const {
  tell(before_change);
  const std::string what = "clear \"" + name + "\": another thing was put there at this moment";
  struct stat status{};
  if (::fstatat(place, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 &&
      ::renameat(folder_.get(), taken.c_str(), place, name.c_str()) == 0) {
    return fail(ErrorCode::kUnavailable, what);
  }
  // Its name is taken again. It must not stay in the trash, where it would be deleted.
  unsigned number = 0;
  const std::string saved = free_name(owner_.get(), "saved-", number);
  if (::renameat(folder_.get(), taken.c_str(), owner_.get(), saved.c_str()) != 0) {
    return fail_errno("put back", name, errno);
  }
  return fail(ErrorCode::kUnavailable,
              what + "; it is now \"" + (path_.parent_path() / saved).string() + "\"");
}

}  // namespace papr
