// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/psi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto psi = papr::parse_psi({reinterpret_cast<const char*>(data), size});
  if (!psi) return 0;
  for (const double share : {psi->some_percent_10s, psi->full_percent_10s.value_or(0)}) {
    if (!(share >= 0 && share <= 100)) std::abort();
  }
  return 0;
}
