// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>
#include <climits>

#include "known_folders.h"

namespace papr {

std::optional<std::filesystem::path> default_caches_dir(const Environment& environment) {
  const auto home = environment("HOME");
  if (!home || !std::filesystem::path(*home).is_absolute()) return std::nullopt;
  return std::filesystem::path(*home) / "Library" / "Caches";
}

// Not $TMPDIR: Core ML does not ask for it.
std::optional<std::filesystem::path> default_temporary_dir() {
  std::array<char, PATH_MAX> path{};
  const auto length = ::confstr(_CS_DARWIN_USER_TEMP_DIR, path.data(), path.size());
  if (length == 0 || length > path.size()) return std::nullopt;
  return std::filesystem::path(path.data());
}

std::vector<std::filesystem::path> system_cache_places() {
  return {"/Library/Caches/com.apple.aned", "/Library/Caches/com.apple.aneuserd"};
}

}  // namespace papr
