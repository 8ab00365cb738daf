// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/memory_pressure_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto percent = papr::parse_memory_pressure(text);
  if (!percent) return 0;
  if (!(*percent >= 0 && *percent <= 100)) std::abort();
  if (!text.contains("System-wide memory free percentage:")) std::abort();
  return 0;
}
