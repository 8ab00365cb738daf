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

/// Where what must not be lost of this user lies: the XDG data folder, or ~/Library on macOS.
/// Nothing is created. Nothing is returned when the environment names no home. Source: XDG Base
/// Directory Specification 0.8 (relative paths in it count as unset).
[[nodiscard]] std::optional<std::filesystem::path> user_data_folder(const Environment& environment);

/// Where this user's settings lie: the XDG config folder, or as above on macOS. As above otherwise.
[[nodiscard]] std::optional<std::filesystem::path> user_config_folder(
    const Environment& environment);

/// Where compiled models of this user are kept: below the XDG cache folder, or on macOS in the data
/// folder, because there compiling takes minutes and ~/Library/Caches is what people and the system
/// empty when memory or space is short. As above otherwise.
[[nodiscard]] std::optional<std::filesystem::path> compiled_models_folder(
    const Environment& environment);

/// The state file (state_file.h) of this user, in that folder: "state.json".
[[nodiscard]] std::optional<std::filesystem::path> state_file_path(const Environment& environment);

}  // namespace papr
