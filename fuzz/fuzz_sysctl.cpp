// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/sysctl_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto output = papr::parse_sysctl(text);
  if (!output) return 0;
  if (output->swap_used_bytes.has_value() != output->swap_total_bytes.has_value()) std::abort();
  if (output->swap_used_bytes.value_or(0) > output->swap_total_bytes.value_or(0)) std::abort();
  const int level = output->kernel_level.value_or(1);
  if (level != 1 && level != 2 && level != 4) std::abort();
  const double percent = output->free_percent.value_or(0);
  if (!(percent >= 0 && percent <= 100)) std::abort();
  const auto come_of = [text](bool known, std::string_view label) {
    if (known && !text.contains(label)) std::abort();
  };
  come_of(output->swap_used_bytes.has_value(), "used");
  come_of(output->swap_total_bytes.has_value(), "total");
  come_of(output->kernel_level.has_value(), "kern.memorystatus_vm_pressure_level");
  come_of(output->free_percent.has_value(), "kern.memorystatus_level");
  return 0;
}
