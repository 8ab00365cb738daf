// SPDX-License-Identifier: Apache-2.0
#include "user_folders.h"

namespace papr {

std::optional<UserFolders> user_folders(const Environment& environment) {
  const auto home = environment("HOME");
  if (!home || !std::filesystem::path(*home).is_absolute()) return std::nullopt;
  const auto library = std::filesystem::path(*home) / "Library";
  return UserFolders{.data = library / "Application Support" / "papr",
                     .cache = library / "Caches" / "papr"};
}

}  // namespace papr
