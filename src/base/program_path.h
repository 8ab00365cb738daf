// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// The program of this name on PATH, or of this path where the name has a slash. Relative and empty
/// entries of PATH are passed over: what happens to lie in the current folder is not run. Where
/// there is no PATH, as in a service, the system's own folders stand for it.
///
/// @error kNotFound     there is none.
/// @error kUnavailable  what has that name is no file that may be executed.
[[nodiscard]] Result<std::filesystem::path> find_program(std::string_view name);

}  // namespace papr
