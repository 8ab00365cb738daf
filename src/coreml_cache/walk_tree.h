// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "../base/unique_fd.h"
#include "papr/result.h"
#include "survey.h"

namespace papr {

[[nodiscard]] inline FileId id_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

/// Opens the folder `name` in `parent`, a link being none. `parent` may be AT_FDCWD.
/// @error kNotFound     there is nothing of that name.
/// @error kUnavailable  it is a link or a file, or the OS refuses; the message has `name` in it.
[[nodiscard]] Result<UniqueFd> open_folder(int parent, const std::string& name);

/// The names in an open folder, sorted, without "." and "..".
/// @error kUnavailable
[[nodiscard]] Result<std::vector<std::string>> names_in(int folder);

/// What a walk meets.
class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;
  /// The walk is about to look into this folder.
  virtual void enter(int folder, const struct stat& status) = 0;
  /// Something below `parent`: a file, a link, or a folder of which all has been visited.
  virtual void visit(int parent, const std::string& name, const struct stat& status) = 0;
  /// Something could not be read; what lies beside it is visited all the same.
  virtual void problem(const std::string& message) = 0;
};

/// Visits everything at and below `name` in `parent`, however deep, with a handful of open files.
/// Links are visited and not followed; another volume is a problem and not entered.
void walk_tree(int parent, const std::string& name, TreeVisitor& visitor);

}  // namespace papr
