// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "../base/user_folders.h"

namespace papr {

/// The user's ~/Library/Caches. Nothing where the system has none, or no home is known.
[[nodiscard]] std::optional<std::filesystem::path> default_caches_dir(
    const Environment& environment);

/// Where NSTemporaryDirectory() is: a folder of this user alone. Nothing where the system has none.
[[nodiscard]] std::optional<std::filesystem::path> default_temporary_dir();

/// Folders in which the system itself keeps compiled models. Listed, never touched.
[[nodiscard]] std::vector<std::filesystem::path> system_cache_places();

}  // namespace papr
