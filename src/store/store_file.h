// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "papr/result.h"

namespace papr {

/// Whether a regular file is at `path`. False: nothing is.
/// @error kInvalidArgument  `path` is empty, or a folder, FIFO or device is there.
/// @error kNotFound         a parent is a file, or `path` is a link to nothing.
/// @error kUnavailable      the OS refused.
/// @error kCorrupt          a file of one byte is there, which SQLite would take for an empty one.
[[nodiscard]] Result<bool> file_exists(const std::filesystem::path& path);

/// An empty file (0600) beside `path`, in folders that are made (0700) when missing, whatever the
/// umask. Another thread or process gets another one.
/// @error kUnavailable, kDiskFull: the OS refused.
[[nodiscard]] Result<std::filesystem::path> make_private_sibling(const std::filesystem::path& path);

/// Gives the sibling the name `path` in one step, or removes it when another was faster.
[[nodiscard]] Result<> publish(const std::filesystem::path& sibling,
                               const std::filesystem::path& path);

}  // namespace papr
