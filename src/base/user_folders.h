// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace papr {

/// Looks up an environment variable. A parameter, so that tests need not touch the real one.
/// An empty value counts as unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The process's own environment.
[[nodiscard]] Environment process_environment();

/// Where our files of this user lie; nothing is created.
struct UserFolders {
  std::filesystem::path data;   ///< what must not be lost: the store
  std::filesystem::path cache;  ///< what can be made again: compiled models
};

/// The XDG folders, or ~/Library on macOS. Nothing when the environment names no home.
/// Source: XDG Base Directory Specification 0.8 (relative paths in it count as unset).
[[nodiscard]] std::optional<UserFolders> user_folders(const Environment& environment);

}  // namespace papr
