// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "errno_error.h"
#include "write_all.h"

namespace papr {

Result<> write_all(int file, std::string_view text, const std::filesystem::path& path,
                   std::string_view remedy) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // macOS refuses 2 GB and more
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), std::min(text.size(), kMostAtOnce));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("write", path, errno, remedy);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace papr
