// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <cerrno>

#include "private_folder.h"

namespace papr {

Result<> make_private_folders(const std::filesystem::path& folder, Refusal refused) {
  if (folder.empty() || ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return refused("create folder", folder, errno);
  const auto parents = make_private_folders(folder.parent_path(), refused);
  if (!parents) return parents;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return refused("create folder", folder, errno);
  }
  return {};
}

}  // namespace papr
