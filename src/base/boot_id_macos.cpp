// SPDX-License-Identifier: Apache-2.0
#include <sys/sysctl.h>

#include <array>

#include "boot_id.h"

namespace papr {

std::optional<std::string> boot_id() {
  std::array<char, 64> text{};  // a UUID of 36 characters and a zero
  std::size_t size = text.size();
  if (::sysctlbyname("kern.bootsessionuuid", text.data(), &size, nullptr, 0) != 0 || size < 2) {
    return std::nullopt;
  }
  return std::string(text.data(), size - 1);
}

}  // namespace papr
