// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "../base/unique_fd.h"
#include "papr/result.h"
#include "survey.h"

namespace papr {

/// Below the caches folder, whatever identity is configured: one trash and one lock for all.
inline constexpr std::string_view kTrashOwner = "ai.papr.ondevice";
inline constexpr std::string_view kTrashName = ".papr-trash";
inline constexpr std::string_view kTrashLock = ".papr-trash.lock";

/// The folder in which entries are deleted, and the right to do so. What is moved into it is named
/// "<inode>-<number>" after what was meant to be moved. So the next run can tell what a killed one
/// was about to put back, or a stranger left there: that is not deleted, but saved.
class Trash {
 public:
  /// Opens the trash of the caches folder, making it (0700) when missing, and locks it.
  /// @error kUnavailable  another process is clearing; a folder cannot be made, or is not ours.
  [[nodiscard]] static Result<Trash> open(int caches, const std::filesystem::path& caches_path,
                                          const std::function<void()>& before_change);

  /// Opens it to look, without lock.
  /// @error kNotFound     there is none.
  /// @error kUnavailable
  [[nodiscard]] static Result<Trash> look(int caches, const std::filesystem::path& caches_path);

  /// Moves `name` out of the open folder `place` in one step. Gives its name in the trash. When it
  /// turns out to be another thing than `id`, it is put back.
  /// @error kUnavailable  it stays: it changed, is held by the OS, or lies on another volume.
  [[nodiscard]] Result<std::string> take(int place, const std::string& name, const FileId& id,
                                         const std::function<void()>& before_change);

  /// Moves what was taken back to where it was, or beside the trash where its name is taken.
  /// @error kUnavailable  it could not get its name back; says where it is.
  [[nodiscard]] Result<> give_back(int place, const std::string& name, const std::string& taken,
                                   const std::function<void()>& before_change) const;

  /// Whether what lies there is what its name says: it was ours to take.
  [[nodiscard]] bool took(const std::string& name) const;

  /// Moves what must not be deleted beside the trash, as "saved-0", "saved-1", …; gives its path.
  /// @error kUnavailable  it stays.
  [[nodiscard]] Result<std::filesystem::path> save(
      const std::string& name, const std::function<void()>& before_change) const;

  /// The names of what lies in it.
  [[nodiscard]] Result<std::vector<std::string>> names() const;
  [[nodiscard]] int handle() const noexcept { return folder_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  Trash(UniqueFd owner, UniqueFd folder, UniqueFd lock, std::filesystem::path path);

  UniqueFd owner_;
  UniqueFd folder_;
  UniqueFd lock_;
  std::filesystem::path path_;
  unsigned next_ = 0;
};

/// Whether `name` in the open folder is still that file or folder, no link.
/// @error kUnavailable  it is not.
[[nodiscard]] Result<> check_same(int folder, const std::string& name, const FileId& id);

}  // namespace papr
