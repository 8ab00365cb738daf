// SPDX-License-Identifier: Apache-2.0
#include "vm_stat_output.h"

#include <bit>
#include <limits>
#include <string>
#include <utility>

#include "text_scan.h"

namespace papr {
namespace {

using Count = std::optional<std::uint64_t> VmStat::*;

constexpr std::pair<std::string_view, Count> kLabels[] = {
    {"Pages free", &VmStat::free},         {"Pages active", &VmStat::active},
    {"Pages inactive", &VmStat::inactive}, {"Pages speculative", &VmStat::speculative},
    {"Pages wired down", &VmStat::wired},  {"Pages occupied by compressor", &VmStat::compressor},
    {"Pageins", &VmStat::page_ins},        {"Pageouts", &VmStat::page_outs},
    {"Swapins", &VmStat::swap_ins},        {"Swapouts", &VmStat::swap_outs},
};

Count field_of(std::string_view label) noexcept {
  for (const auto& [name, field] : kLabels) {
    if (name == label) return field;
  }
  return nullptr;
}

std::unexpected<Error> fail_vm_stat(const std::string& what) {
  return fail(ErrorCode::kCorrupt, "read output of vm_stat: " + what);
}

// "Mach Virtual Memory Statistics: (page size of 16384 bytes)". In the interval mode of old
// releases ", cache hits 62%" follows the size. 0: such a header without a sound size.
std::optional<std::uint64_t> page_size_in(std::string_view header) noexcept {
  if (!take(header, "Mach Virtual Memory Statistics:")) return std::nullopt;
  header = trimmed(header);
  if (!take(header, "(page size of ")) return 0;
  const auto size = take_number(header);
  const bool ends = header == " bytes)" || (header.starts_with(" bytes,") && header.ends_with(')'));
  return size && ends && std::has_single_bit(*size) ? *size : 0;
}

// "  12345." of a line; an error that names its label where digits may be missing.
Result<std::uint64_t> count_in(std::string_view label, const TextLine& line,
                               std::string_view rest) {
  rest = trimmed(rest);
  const auto count = take_number(rest);
  // Each number ends in a full stop. One that does not is whole only where its line is.
  if (count && (rest == "." || (rest.empty() && line.ended))) return *count;
  return fail_vm_stat("no whole number at \"" + std::string(label) + "\"");
}

bool is_page_count(const std::optional<std::uint64_t>& count) noexcept {
  return count && *count <= std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

Result<VmStat> parse_vm_stat(std::string_view text) {
  VmStat stat;
  TextLines lines(text);
  bool labelled = false;
  while (const auto line = lines.next()) {
    const std::string_view whole = trimmed(line->text);
    if (const auto size = page_size_in(whole)) {
      if (*size == 0) return fail_vm_stat("no page size");
      if (stat.page_size_bytes != 0 && stat.page_size_bytes != *size) {
        return fail_vm_stat("two page sizes");
      }
      stat.page_size_bytes = *size;
    }
    const std::size_t colon = whole.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view label = trimmed(whole.substr(0, colon));
    const Count field = field_of(label);
    if (field == nullptr) continue;
    const auto count = count_in(label, *line, whole.substr(colon + 1));
    if (!count) return std::unexpected(count.error());
    // Two snapshots in one text: which of them is now, it does not say.
    if (stat.*field && stat.*field != *count) {
      return fail_vm_stat("two numbers at \"" + std::string(label) + "\"");
    }
    stat.*field = *count;
    labelled = true;
  }
  if (stat.page_size_bytes == 0) return fail_vm_stat("no page size");
  if (!labelled) return fail_vm_stat("no line that we know; interval mode is not understood");
  return stat;
}

std::optional<double> free_percent_of(const VmStat& stat) {
  for (const auto& count :
       {stat.free, stat.active, stat.inactive, stat.speculative, stat.wired, stat.compressor}) {
    if (!is_page_count(count)) return std::nullopt;
  }
  // vm_stat prints free pages as a difference of two unsigned 32-bit counts that are read one after
  // the other, so it may have wrapped. The sum undoes that.
  const std::uint64_t free_with_speculative =
      static_cast<std::uint32_t>(*stat.free + *stat.speculative);
  const double available = static_cast<double>(free_with_speculative) +
                           static_cast<double>(*stat.active) + static_cast<double>(*stat.inactive);
  const double all =
      available + static_cast<double>(*stat.wired) + static_cast<double>(*stat.compressor);
  if (all <= 0) return std::nullopt;
  return static_cast<double>(static_cast<int>(100 * available / all));
}

}  // namespace papr
