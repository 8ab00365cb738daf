// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/psi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto psi = papr::parse_psi(text);
  if (!psi) return 0;
  // No value without its label.
  if (!text.contains("some avg10=")) std::abort();
  if (psi->full_percent_10s && !text.contains("full avg10=")) std::abort();
  for (const double share : {psi->some_percent_10s, psi->full_percent_10s.value_or(0)}) {
    if (!(share >= 0 && share <= 100)) std::abort();
  }
  return 0;
}
