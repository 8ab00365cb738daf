// SPDX-License-Identifier: Apache-2.0
// The readers of "name value" texts of Linux: each gets every input, as their formats are alike.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/proc_counters.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto info = papr::parse_meminfo(text)) {
    if (info->total_bytes == 0 || info->available_bytes > info->total_bytes) std::abort();
    if (info->swap_free_bytes.value_or(0) > info->swap_total_bytes.value_or(0)) std::abort();
    // No value without its label.
    if (!text.contains("MemTotal:") || !text.contains("MemAvailable:")) std::abort();
    if (info->swap_total_bytes && !text.contains("SwapTotal:")) std::abort();
  }
  if (const auto counters = papr::parse_vmstat(text)) {
    if (!counters->swapped_in_pages && !counters->swapped_out_pages && !counters->read_kib &&
        !counters->written_kib) {
      std::abort();
    }
    if (counters->swapped_in_pages && !text.contains("pswpin ")) std::abort();
    if (counters->swapped_out_pages && !text.contains("pswpout ")) std::abort();
  }
  if (const auto stat = papr::parse_memory_stat(text)) {
    constexpr std::uint64_t kMost = std::uint64_t{3} << 60;
    if (stat->reclaimable_bytes > kMost || stat->swap_used_bytes.value_or(0) > kMost) std::abort();
    if (stat->swap_used_bytes && !text.contains("total_swap ")) std::abort();
    if (!text.contains("active_file ")) std::abort();
  }
  const auto limit = papr::parse_limit_bytes(text);
  if (limit && !*limit && text != "max\n") std::abort();
  return 0;
}
