// SPDX-License-Identifier: Apache-2.0
#include <mach-o/dyld.h>

#include <cstdint>
#include <string>
#include <system_error>

#include "self_path.h"

namespace papr {

Result<std::filesystem::path> self_path() {
  std::uint32_t size = 0;
  (void)::_NSGetExecutablePath(nullptr, &size);  // says how long it is, with its zero
  std::string path(size, '\0');
  if (size == 0 || ::_NSGetExecutablePath(path.data(), &size) != 0) {
    return fail(ErrorCode::kUnavailable, "find own program: the system does not say");
  }
  // As it was started: with links and dots in it.
  std::error_code error;
  auto whole = std::filesystem::canonical(path.c_str(), error);
  if (!error) return whole;
  return fail(ErrorCode::kUnavailable, "find own program: " + error.message());
}

}  // namespace papr
