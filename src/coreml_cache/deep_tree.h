// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "../base/unique_fd.h"

namespace papr {

/// Makes folders in each other, `depth` of them, each with a file. A thousand are beyond what a
/// path may be, and what a process may have open. For tests only.
inline void make_deep_tree(const std::filesystem::path& folder, int depth) {
  const std::string name(60, 'd');
  UniqueFd inside(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < depth && inside.valid(); ++i) {
    ::mkdirat(inside.get(), name.c_str(), 0700);
    UniqueFd next(::openat(inside.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const UniqueFd file(::openat(next.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    inside = std::move(next);
  }
}

/// Takes such a tree apart by lifting each folder to the top: the library's remove_all needs an
/// open file for each level.
inline void remove_deep_tree(const std::filesystem::path& folder) {
  const std::filesystem::path top = folder / std::string(60, 'd');
  while (std::filesystem::exists(top)) {
    const auto lifted = folder / "lifted";
    std::error_code none;  // below the last one there is none
    std::filesystem::rename(top / top.filename(), lifted, none);
    std::filesystem::remove_all(top);
    std::filesystem::rename(lifted, top, none);
  }
}

}  // namespace papr
