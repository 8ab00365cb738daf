// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "../base/errno_error.h"
#include "file_status.h"
#include "walk_tree.h"

namespace papr {

Result<UniqueFd> open_folder(int parent, const std::string& name) {
  UniqueFd folder(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.valid()) return folder;
  const int number = errno;
  struct stat status{};
  if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(status.st_mode)) {
      return fail(ErrorCode::kUnavailable,
                  "open \"" + name + "\": a symbolic link, which is not followed");
    }
    if (!S_ISDIR(status.st_mode)) {
      return fail(ErrorCode::kUnavailable, "open \"" + name + "\": not a folder");
    }
  }
  return fail_errno("open", name, number);
}

Result<std::vector<std::string>> names_in(int folder) {
  // A handle of its own: a second reading must start at the first name again.
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return fail_errno("open", "folder", errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again), ::closedir);
  if (!stream) {
    const int number = errno;
    ::close(again);
    return fail_errno("read", "folder", number);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* const item = ::readdir(stream.get())) {
    const std::string_view name = item->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return fail_errno("read", "folder", errno);
  std::ranges::sort(names);
  return names;
}

namespace {

class Walk {
 public:
  explicit Walk(TreeVisitor& visitor) : visitor_(visitor) {}

  void run(int parent, const std::string& name) {
    const auto volume = volume_of(parent);
    if (!volume) return visitor_.problem(volume.error().message);
    volume_ = *volume;
    struct stat status{};
    if (::fstat(parent, &status) != 0) return say("stat", name, errno);
    device_ = status.st_dev;
    look_at(parent, name);
    if (!way_.empty()) descend(parent);
  }

 private:
  /// A folder that the walk is in. Not an open handle: a tree may be deeper than those go.
  struct Step {
    std::string name;
    struct stat status;
    std::vector<std::string> folders;  ///< still to be entered
  };

  /// Visits what is no folder at once; enters a folder.
  void look_at(int parent, const std::string& name) {
    struct stat status{};
    if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) say("stat", name, errno);
      return;
    }
    if (!S_ISDIR(status.st_mode)) return visitor_.visit(parent, name, status);
    auto folder = open_folder(parent, name);
    if (!folder) return visitor_.problem(folder.error().message);
    if (!same_as(folder->get(), status)) {
      return visitor_.problem("open \"" + name + "\": it changed at this moment");
    }
    const auto volume = volume_of(folder->get());
    // A subvolume has the mount of the volume around it, and a device of its own.
    if (!volume || *volume != volume_ || status.st_dev != device_) {
      return visitor_.problem("open \"" + name + "\": another volume, which is not entered");
    }
    visitor_.enter(folder->get(), status);
    inside_ = std::move(*folder);
    way_.push_back({name, status, visit_files()});
  }

  /// Visits all in `inside_` that is no folder, and returns the folders.
  std::vector<std::string> visit_files() {
    auto names = names_in(inside_.get());
    if (!names) {
      visitor_.problem(names.error().message);
      return {};
    }
    std::erase_if(*names, [this](const std::string& name) {
      struct stat status{};
      if (::fstatat(inside_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) say("stat", name, errno);
        return true;
      }
      if (S_ISDIR(status.st_mode)) return false;
      visitor_.visit(inside_.get(), name, status);
      return true;
    });
    return std::move(*names);
  }

  void descend(int root) {
    while (!way_.empty()) {
      if (!way_.back().folders.empty()) {
        const std::string next = std::move(way_.back().folders.back());
        way_.back().folders.pop_back();
        look_at(inside_.get(), next);
        continue;
      }
      const Step done = std::move(way_.back());
      way_.pop_back();
      if (way_.empty()) return visitor_.visit(root, done.name, done.status);
      if (!step_out(done.name)) return;
      visitor_.visit(inside_.get(), done.name, done.status);
    }
  }

  /// Back into the folder above, which must be the one that we came from.
  bool step_out(const std::string& name) {
    UniqueFd above(::openat(inside_.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!above.valid()) {
      say("open folder above", name, errno);
      return false;
    }
    if (!same_as(above.get(), way_.back().status)) {
      visitor_.problem("open folder above \"" + name + "\": it was moved at this moment");
      return false;
    }
    inside_ = std::move(above);
    return true;
  }

  static bool same_as(int folder, const struct stat& status) {
    struct stat now{};
    return ::fstat(folder, &now) == 0 && id_of(now) == id_of(status);
  }

  void say(std::string_view verb, const std::string& name, int number) {
    visitor_.problem(fail_errno(verb, name, number).error().message);
  }

  TreeVisitor& visitor_;
  std::uint64_t volume_ = 0;
  dev_t device_ = 0;
  UniqueFd inside_;
  std::vector<Step> way_;
};

}  // namespace

void walk_tree(int parent, const std::string& name, TreeVisitor& visitor) {
  Walk(visitor).run(parent, name);
}

}  // namespace papr
