// SPDX-License-Identifier: Apache-2.0
#include "known_folders.h"

namespace papr {

std::optional<std::filesystem::path> default_caches_dir(const Environment& environment) {
  const auto home = environment("HOME");
  if (!home || !std::filesystem::path(*home).is_absolute()) return std::nullopt;
  return std::filesystem::path(*home) / "Library" / "Caches";
}

std::vector<std::filesystem::path> system_cache_places() {
  return {"/Library/Caches/com.apple.aned", "/Library/Caches/com.apple.aneuserd"};
}

}  // namespace papr
