// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// Makes the error of a call: verb, path and errno, with a remedy that fits what the folder is for.
using Refusal = std::unexpected<Error> (*)(std::string_view verb, const std::filesystem::path& path,
                                           int number);

/// Makes the folder, 0700, and those above it that are missing. One that is there stays as it is.
/// @error what `refused` makes of it
[[nodiscard]] Result<> make_private_folders(const std::filesystem::path& folder, Refusal refused);

}  // namespace papr
