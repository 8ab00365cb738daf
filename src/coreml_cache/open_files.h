// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "papr/result.h"

namespace papr {

/// Files below `folder` (absolute, without links) that other processes of this user have open or
/// mapped, as absolute paths; in no order, perhaps twice.
/// @error kUnsupported  this system does not say.
/// @error kUnavailable  it does not say this time.
[[nodiscard]] Result<std::vector<std::string>> open_files_below(
    const std::filesystem::path& folder);

}  // namespace papr
