// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "../src/coreml_cache/proc_maps.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view maps(reinterpret_cast<const char*>(data), size);
  const auto found = papr::mapped_below(maps, "/c");
  // No more than lines, each below the folder, and no longer than it could be.
  if (std::cmp_greater(found.size(), std::ranges::count(maps, '\n') + 1)) std::abort();
  for (const auto& path : found) {
    if (!path.starts_with("/c/") || path.size() > size) std::abort();
  }
  // A line stands for itself, whatever comes after it.
  if (papr::mapped_below(std::string(maps) + "\n", "/c") != found) std::abort();
  return 0;
}
