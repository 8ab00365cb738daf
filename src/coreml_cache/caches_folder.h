// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "../base/unique_fd.h"
#include "papr/coreml_cache.h"
#include "papr/result.h"

namespace papr {

/// The folder that options name, absolute, or the user's own. Nothing where there is neither.
[[nodiscard]] std::optional<std::filesystem::path> caches_dir_of(const CacheOptions& options);

/// Where processes of this user leave what they will not need again: the folder that options name,
/// or the user's own. Nothing where there is neither, and where options name another caches folder:
/// who tries something out there does not mean the real one.
[[nodiscard]] std::optional<std::filesystem::path> temporary_dir_of(const CacheOptions& options);

/// Opens a folder that the user named: links on the way are the user's own.
/// @error kNotFound, kUnavailable
[[nodiscard]] Result<UniqueFd> open_root(const std::filesystem::path& path);

/// Opens a folder below an open one, following no link.
/// @error kNotFound, kUnavailable
[[nodiscard]] Result<UniqueFd> open_below(int root, const std::filesystem::path& below);

}  // namespace papr
