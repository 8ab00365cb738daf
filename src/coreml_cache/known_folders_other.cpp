// SPDX-License-Identifier: Apache-2.0
#include "known_folders.h"

namespace papr {

std::optional<std::filesystem::path> default_caches_dir(const Environment& /*environment*/) {
  return std::nullopt;
}

std::optional<std::filesystem::path> default_temporary_dir() { return std::nullopt; }

std::vector<std::filesystem::path> system_cache_places() { return {}; }

}  // namespace papr
