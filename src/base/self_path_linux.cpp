// SPDX-License-Identifier: Apache-2.0
#include <system_error>

#include "self_path.h"

namespace papr {

Result<std::filesystem::path> self_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) return path;
  return fail(ErrorCode::kUnavailable, "find own program: /proc/self/exe: " + error.message());
}

}  // namespace papr
