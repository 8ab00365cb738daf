// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "papr/result.h"

namespace papr {

/// Makes sure that `path` is a regular file: creates it empty (0600) and its missing folders
/// (0700), whatever the umask; leaves alone what is there.
/// @error kInvalidArgument  `path` is empty, or a folder, FIFO or device is there.
/// @error kNotFound         a parent is a file. kUnavailable: the OS refused. kDiskFull.
[[nodiscard]] Result<> make_private_file(const std::filesystem::path& path);

}  // namespace papr
