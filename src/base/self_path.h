// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "papr/result.h"

namespace papr {

/// An absolute path that starts the running program anew from this process. On macOS its file,
/// which may have been replaced or deleted since it was started.
/// @error kUnavailable  the system does not say.
[[nodiscard]] Result<std::filesystem::path> self_path();

}  // namespace papr
