// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "papr/result.h"

namespace papr {

/// The code that callers branch on for an errno of the POSIX file calls.
[[nodiscard]] ErrorCode code_of_errno(int number) noexcept;

/// What a person can do about it whatever the file was for; empty where that depends on the file.
[[nodiscard]] std::string remedy_of_errno(int number);

/// `open "a.txt": No such file or directory`. The remedy is that of the errno, or else `otherwise`.
[[nodiscard]] std::unexpected<Error> fail_errno(std::string_view verb,
                                                const std::filesystem::path& path, int number,
                                                std::string_view otherwise = {});

/// The same for what std::filesystem answers.
[[nodiscard]] std::unexpected<Error> fail_errno(std::string_view verb,
                                                const std::filesystem::path& path,
                                                const std::error_code& code);

}  // namespace papr
