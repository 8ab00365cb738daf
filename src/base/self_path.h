// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "papr/result.h"

namespace papr {

/// The file of the running program, absolute. It may have been replaced or deleted since it was
/// started.
/// @error kUnavailable  the system does not say.
[[nodiscard]] Result<std::filesystem::path> self_path();

}  // namespace papr
