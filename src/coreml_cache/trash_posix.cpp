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
#include "move_to_free_name.h"
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

bool is_free(int folder, const std::string& name) {
  struct stat status{};
  return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0;
}

/// What got the name in the meantime is never replaced. Gives 0 or the errno.
int move_without_replacing(int from, const std::string& name, int to, const std::string& new_name) {
  const int number = move_to_free_name(from, name, to, new_name);
  if (number != EINVAL && number != ENOSYS && number != ENOTSUP) return number;
  if (!is_free(to, new_name)) return EEXIST;
  return ::renameat(from, name.c_str(), to, new_name.c_str()) == 0 ? 0 : errno;
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

bool Trash::took(const std::string& name) const {
  struct stat status{};
  struct stat trash{};
  if (::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      ::fstat(folder_.get(), &trash) != 0) {
    return false;
  }
  // The inode is enough of an identity: nothing gets in from another volume by being moved, and a
  // volume's number may be another after the next start of the machine.
  const std::string start = std::to_string(status.st_ino) + "-";
  return status.st_dev == trash.st_dev && !S_ISLNK(status.st_mode) && name.starts_with(start) &&
         name.size() > start.size() &&
         name.find_first_not_of("0123456789", start.size()) == std::string::npos;
}

Result<std::string> Trash::take(int place, const std::string& name, const FileId& id,
                                const std::function<void()>& before_change) {
  std::string taken;
  do {
    taken = std::to_string(id.inode) + "-" + std::to_string(next_++);
  } while (!is_free(folder_.get(), taken));
  tell(before_change);
  if (::renameat(place, name.c_str(), folder_.get(), taken.c_str()) != 0) {
    return fail_errno("move", name, errno);
  }
  // Whoever swapped it between the look and the move gets it back: it was never ours.
  if (check_same(folder_.get(), taken, id)) return taken;
  const std::string what = "clear \"" + name + "\": another thing was put there at this moment";
  const auto given = give_back(place, name, taken, before_change);
  return fail(ErrorCode::kUnavailable, given ? what : what + "; " + given.error().message);
}

Result<> Trash::give_back(int place, const std::string& name, const std::string& taken,
                          const std::function<void()>& before_change) const {
  tell(before_change);
  if (move_without_replacing(folder_.get(), taken, place, name) == 0) return {};
  // Its name is taken again, or its place is gone.
  const auto saved = save(taken, before_change);
  if (!saved) return while_doing("put back \"" + name + '"', saved.error());
  return fail(ErrorCode::kUnavailable, "it is now \"" + saved->string() + '"',
              "move it to where it belongs, or delete it");
}

// Beside the trash and not left in it, so that it is told of once and not with every clear, and is
// not taken for trash by whoever looks there.
Result<fs::path> Trash::save(const std::string& name,
                             const std::function<void()>& before_change) const {
  tell(before_change);
  for (unsigned i = 0;; ++i) {
    const std::string saved = "saved-" + std::to_string(i);
    const int number = move_without_replacing(folder_.get(), name, owner_.get(), saved);
    if (number == 0) return path_.parent_path() / saved;
    if (number != EEXIST) return fail_errno("save", path_ / name, number);
  }
}

}  // namespace papr
