// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "../src/coreml_cache/cache_state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return 0;
  const auto state = papr::parse_cache_state(value);
  // What is accepted is written and read back the same.
  const auto again = papr::parse_cache_state(
      nlohmann::json::parse(papr::json_of(state).dump(), nullptr, /*allow_exceptions=*/false));
  if (again.ownership.entries != state.ownership.entries) std::abort();
  return 0;
}
