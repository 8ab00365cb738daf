// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "../src/base/utf8.h"
#include "../src/client/memory_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto memory = papr::parse_memory_line(line);
  if (!memory) {
    if (memory.error().message.empty() || memory.error().remedy.empty()) std::abort();
    return 0;
  }
  // What is accepted can be stored and found again: text, in UTF-8, and an object beside it.
  if (memory->content.empty()) std::abort();
  if (papr::valid_utf8_prefix(memory->content) != memory->content.size()) std::abort();
  if (!nlohmann::json::parse(memory->metadata_json).is_object()) std::abort();
  return 0;
}
