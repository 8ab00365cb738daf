// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include "process_memory.h"

namespace papr {

std::uint64_t peak_resident_bytes() noexcept {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts KiB: getrusage(2)
}

}  // namespace papr
