// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "../base/errno_error.h"
#include "caches_folder.h"
#include "known_folders.h"
#include "walk_tree.h"

namespace papr {

namespace fs = std::filesystem;

namespace {

/// Absolute, and without a slash at its end. What ".." means after a link only the system knows.
fs::path whole(const fs::path& named) {
  std::error_code error;
  fs::path path = fs::absolute(named, error);
  const bool climbs = std::ranges::find(path, fs::path("..")) != path.end();
  path = climbs ? fs::weakly_canonical(path, error) : path.lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

std::optional<fs::path> caches_dir_of(const CacheOptions& options) {
  if (!options.caches_dir.empty()) return whole(options.caches_dir);
  return default_caches_dir(process_environment());
}

std::optional<fs::path> temporary_dir_of(const CacheOptions& options) {
  if (!options.temporary_dir.empty()) return whole(options.temporary_dir);
  if (!options.caches_dir.empty()) return std::nullopt;
  const auto folder = default_temporary_dir();
  return folder ? std::optional(whole(*folder)) : std::nullopt;
}

Result<UniqueFd> open_root(const fs::path& path) {
  UniqueFd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return fail_errno("open", path, errno);
  return root;
}

Result<UniqueFd> open_below(int root, const fs::path& below) {
  UniqueFd folder(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return fail_errno("open", below, errno);
  for (const fs::path& part : below) {
    auto next = open_folder(folder.get(), part);
    if (!next) return next;
    folder = std::move(*next);
  }
  return folder;
}

}  // namespace papr
