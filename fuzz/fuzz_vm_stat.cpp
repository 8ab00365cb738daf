// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/vm_stat_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stat = papr::parse_vm_stat({reinterpret_cast<const char*>(data), size});
  if (!stat) return 0;
  if (stat->page_size_bytes == 0) std::abort();
  const auto percent = papr::free_percent_of(*stat);
  if (percent && !(*percent >= 0 && *percent <= 100)) std::abort();
  return 0;
}
