// SPDX-License-Identifier: Apache-2.0
// A drill file is parsed and judged: whatever it says, the verdict has a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/classify.h"
#include "../src/pressure/pressure_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sample = papr::parse_pressure_file({reinterpret_cast<const char*>(data), size});
  if (!sample) {
    if (sample.error().message.empty() || sample.error().remedy.empty()) std::abort();
    return 0;
  }
  const double free = sample->free_percent.value_or(0);
  if (!(free >= 0 && free <= 100)) std::abort();
  const int level = sample->kernel_level.value_or(1);
  if (level != 1 && level != 2 && level != 4) std::abort();
  const auto verdict = papr::classify(*sample, nullptr, {}, {});
  if (verdict.reason.empty()) std::abort();
  if ((verdict.level == papr::PressureLevel::kNormal) !=
      (verdict.state == papr::PressureState::kCalm)) {
    std::abort();
  }
  return 0;
}
