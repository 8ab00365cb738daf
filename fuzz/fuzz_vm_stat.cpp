// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/vm_stat_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto stat = papr::parse_vm_stat(text);
  if (!stat) return 0;
  if (!std::has_single_bit(stat->page_size_bytes)) std::abort();
  if (!text.contains("Mach Virtual Memory Statistics:")) std::abort();
  if (!text.contains("(page size of ")) std::abort();
  const auto come_of = [text](const std::optional<std::uint64_t>& count, std::string_view label) {
    if (count && !text.contains(label)) std::abort();
  };
  come_of(stat->free, "Pages free");
  come_of(stat->active, "Pages active");
  come_of(stat->inactive, "Pages inactive");
  come_of(stat->speculative, "Pages speculative");
  come_of(stat->wired, "Pages wired down");
  come_of(stat->compressor, "Pages occupied by compressor");
  come_of(stat->page_ins, "Pageins");
  come_of(stat->page_outs, "Pageouts");
  come_of(stat->swap_ins, "Swapins");
  come_of(stat->swap_outs, "Swapouts");
  const auto percent = papr::free_percent_of(*stat);
  if (percent && !(*percent >= 0 && *percent <= 100)) std::abort();
  return 0;
}
