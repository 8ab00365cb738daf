// SPDX-License-Identifier: Apache-2.0
#include "errno_error.h"

#include <cerrno>
#include <utility>

namespace papr {

ErrorCode code_of_errno(int number) noexcept {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::kDiskFull;
    case EISDIR:
    case ENAMETOOLONG:
    case EINVAL:
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kUnavailable;
  }
}

std::string remedy_of_errno(int number) {
  switch (number) {
    case ENOTDIR:
      return "a part of the path is a file and no folder: check how it is spelled";
    case ENOSPC:
    case EDQUOT:
      return "free space on that disk, then repeat";
    case EFBIG:
      return "raise the limit on the size of files (`ulimit -f`), then repeat";
    case EACCES:
    case EPERM:
      return "see that you may use the file and enter every folder above it";
    case EROFS:
      return "choose a place on a disk that may be written to";
    case ELOOP:
      return "links on the path lead in a circle: remove one of them, or name another path";
    case ENAMETOOLONG:
      return "choose a shorter path";
    case EMFILE:
      return "raise the limit on open files (`ulimit -n`), then repeat";
    case ENFILE:
      return "end programs that have many files open, then repeat";
    case ENOMEM:
      return "end programs that use much memory, then repeat";
    default:
      return {};
  }
}

std::unexpected<Error> fail_errno(std::string_view verb, const std::filesystem::path& path,
                                  int number, std::string_view otherwise) {
  std::string remedy = remedy_of_errno(number);
  return fail(
      code_of_errno(number),
      std::string(verb) + " \"" + path.string() + "\": " + std::generic_category().message(number),
      remedy.empty() ? std::string(otherwise) : std::move(remedy));
}

std::unexpected<Error> fail_errno(std::string_view verb, const std::filesystem::path& path,
                                  const std::error_code& code) {
  return fail_errno(verb, path, code.default_error_condition().value());
}

}  // namespace papr
