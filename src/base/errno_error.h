// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "papr/result.h"

namespace papr {

/// The code that callers branch on for an errno of the POSIX file calls.
[[nodiscard]] inline ErrorCode code_of_errno(int number) noexcept {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::kDiskFull;
    case EISDIR:
    case ENAMETOOLONG:
    case EINVAL:
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kUnavailable;
  }
}

/// `open "a.txt": No such file or directory`.
[[nodiscard]] inline std::unexpected<Error> fail_errno(std::string_view verb,
                                                       const std::filesystem::path& path,
                                                       int number) {
  return fail(code_of_errno(number), std::string(verb) + " \"" + path.string() +
                                         "\": " + std::generic_category().message(number));
}

}  // namespace papr
