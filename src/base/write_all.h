// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// Writes all of `text` to an open file. `path` and `remedy` are for the error.
/// @error as fail_errno("write", path, …, remedy); part of the text may be written then.
[[nodiscard]] Result<> write_all(int file, std::string_view text, const std::filesystem::path& path,
                                 std::string_view remedy = {});

}  // namespace papr
