// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/cli/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto settings = papr::cli::parse_config(text);
  if (!settings) {
    if (settings.error().message.empty() || settings.error().remedy.empty()) std::abort();
    return 0;
  }
  for (const auto& [name, value] : *settings) {
    if (!name.starts_with("PAPR_") || name == "PAPR_MEMORY_API_KEY") std::abort();
  }
  return 0;
}
