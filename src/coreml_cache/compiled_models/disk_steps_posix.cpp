// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "../../base/errno_error.h"
#include "../../base/write_all.h"
#include "../remove_tree.h"
#include "../walk_tree.h"
#include "disk_steps.h"

namespace papr {
Result<UniqueFd> open_own_folder(int parent, const std::string& name) {
  auto folder = open_folder(parent, name);
  if (!folder) return folder;
  struct stat status{};
  if (::fstat(folder->get(), &status) != 0) return fail_errno("stat", name, errno);
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::kUnavailable, "open \"" + name + "\": it is of another user",
                "name another folder for compiled models");
  }
  return folder;
}

Result<bool> try_flock(int file, int how, const std::string& name) {
  while (::flock(file, how | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) {
      return fail_errno("lock", name, errno,
                        "name a folder for compiled models on a disk that files can be locked on");
    }
  }
  return true;
}

Result<std::string> read_file(int parent, const std::string& name, std::uint64_t longest_bytes) {
  // Without O_NONBLOCK a FIFO of that name would be waited for.
  const UniqueFd file(
      ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid() && errno == ELOOP) {
    return fail(ErrorCode::kCorrupt, "open \"" + name + "\": a symbolic link");
  }
  if (!file.valid()) return fail_errno("open", name, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_errno("stat", name, errno);
  if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) > longest_bytes) {
    return fail(ErrorCode::kCorrupt, "read \"" + name + "\": no file, or too long");
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("read", name, errno);
    if (got == 0) break;  // it has become shorter
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

Result<UniqueFd> DiskSteps::make_folder(int parent, const std::string& name) const {
  auto folder = open_own_folder(parent, name);
  if (folder || folder.error().code != ErrorCode::kNotFound) return folder;
  tell();
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail_errno("create folder", name, errno);
  }
  return open_own_folder(parent, name);
}

Result<UniqueFd> DiskSteps::make_lock_file(int parent, const std::string& name) const {
  tell();
  UniqueFd file(
      ::openat(parent, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!file.valid()) return fail_errno("open", name, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_errno("stat", name, errno);
  // A file of another name too is somebody's who keeps it there. None at all: it has just gone.
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1) {
    return fail(ErrorCode::kUnavailable, "lock \"" + name + "\": it is no file of ours",
                "move it away, then try again");
  }
  return file;
}

Result<> DiskSteps::write_new(int parent, const std::string& name, std::string_view text) const {
  tell();
  const UniqueFd file(
      ::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) return fail_errno("create", name, errno);
  tell();
  if (auto written = write_all(file.get(), text, name); !written) return written;
  return sync(file.get(), name);
}

Result<> DiskSteps::rewrite(int file, const std::string& name, std::string_view text) const {
  tell();
  if (::ftruncate(file, 0) != 0) return fail_errno("write", name, errno);
  tell();
  return write_all(file, text, name);
}

Result<> DiskSteps::move(int from, const std::string& name, int to,
                         const std::string& new_name) const {
  tell();
  if (::renameat(from, name.c_str(), to, new_name.c_str()) != 0) {
    return fail_errno("move", name, errno);
  }
  return {};
}

Result<> DiskSteps::unlink(int parent, const std::string& name) const {
  tell();
  if (::unlinkat(parent, name.c_str(), 0) != 0) return fail_errno("delete", name, errno);
  return {};
}

Result<> DiskSteps::make_writable(int folder, const std::string& name) const {
  struct stat status{};
  if (::fstat(folder, &status) != 0) return fail_errno("stat", name, errno);
  if ((status.st_mode & S_IRWXU) == S_IRWXU) return {};
  tell();
  if (::fchmod(folder, (status.st_mode & 0777) | S_IRWXU) != 0) {
    return fail_errno("change", name, errno);
  }
  return {};
}

Result<std::uint64_t> DiskSteps::remove_all(int parent, const std::string& name) const {
  FreedBytes freed;
  auto removed = remove_tree(parent, name, freed, {.before_change = &before_change_});
  if (!removed.problem.empty()) {
    return fail(ErrorCode::kUnavailable, removed.problem, "the next start tries again");
  }
  return removed.bytes;
}

void DiskSteps::touch(int file, WallTime now) const {
  tell();
  const auto since = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  struct timespec time{};
  time.tv_sec = static_cast<std::time_t>(seconds.count());
  time.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since - seconds).count());
  const struct timespec times[2] = {time, time};
  static_cast<void>(::futimens(file, times));
}

Result<> DiskSteps::sync(int file, const std::string& name) const {
  tell();
  // Some file systems cannot sync a folder or a file that may only be read; they say EINVAL.
  if (::fsync(file) != 0 && errno != EINVAL) return fail_errno("write", name, errno);
  return {};
}

}  // namespace papr
