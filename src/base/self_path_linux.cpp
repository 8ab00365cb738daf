// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <system_error>

#include "self_path.h"

namespace papr {

// The link itself: it starts this very program, even where its file was replaced or deleted since.
Result<std::filesystem::path> self_path() {
  constexpr const char* kLink = "/proc/self/exe";
  std::error_code error;
  static_cast<void>(std::filesystem::read_symlink(kLink, error));
  if (!error) return kLink;
  return fail(ErrorCode::kUnavailable,
              "find own program: " + std::string(kLink) + ": " + error.message());
}

}  // namespace papr
