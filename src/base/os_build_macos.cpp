// SPDX-License-Identifier: Apache-2.0
#include <sys/sysctl.h>

#include <array>

#include "os_build.h"

namespace papr {

std::string os_build() {
  std::array<char, 32> text{};  // "24E214" and a zero
  std::size_t size = text.size();
  if (::sysctlbyname("kern.osversion", text.data(), &size, nullptr, 0) != 0 || size < 2) return {};
  return {text.data(), size - 1};
}

}  // namespace papr
