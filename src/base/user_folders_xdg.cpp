// SPDX-License-Identifier: Apache-2.0
#include "user_folders.h"

namespace papr {
namespace {

std::optional<std::filesystem::path> absolute(const Environment& environment, const char* name) {
  const auto value = environment(name);
  if (!value) return std::nullopt;
  const std::filesystem::path path(*value);
  return path.is_absolute() ? std::optional(path) : std::nullopt;
}

}  // namespace

std::optional<UserFolders> user_folders(const Environment& environment) {
  const auto home = absolute(environment, "HOME");
  const auto data = absolute(environment, "XDG_DATA_HOME");
  const auto cache = absolute(environment, "XDG_CACHE_HOME");
  if (!home && !(data && cache)) return std::nullopt;
  return UserFolders{.data = data.value_or(home.value_or("") / ".local/share") / "papr",
                     .cache = cache.value_or(home.value_or("") / ".cache") / "papr"};
}

}  // namespace papr
