// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "walk_tree.h"

namespace papr {

/// Counts what the disk gets back. A file with several names is given back with its last one.
class FreedBytes {
 public:
  /// A name of a file or folder is gone. Gives the bytes that this frees.
  std::uint64_t add(const struct stat& status);

 private:
  struct Names {
    std::uint64_t in_all = 0;  ///< as first seen: taking names away lowers the count on the disk
    std::uint64_t gone = 0;
  };
  std::map<FileId, Names> linked_;
};

struct RemoveOptions {
  bool dry_run = false;
  const std::function<void()>* before_change = nullptr;
};

struct Removed {
  std::uint64_t bytes = 0;
  std::string problem;  ///< the first; empty: all of it is gone
};

/// Deletes `name` in `parent` and all below it, following no link, entering no other volume, and
/// taking nothing of another user. Goes on after a problem.
[[nodiscard]] Removed remove_tree(int parent, const std::string& name, FreedBytes& freed,
                                  const RemoveOptions& options);

}  // namespace papr
