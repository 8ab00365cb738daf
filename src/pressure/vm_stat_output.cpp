// SPDX-License-Identifier: Apache-2.0
#include "vm_stat_output.h"

#include <bit>
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

// "Mach Virtual Memory Statistics: (page size of 16384 bytes)"
std::optional<std::uint64_t> page_size_in(std::string_view header) noexcept {
  constexpr std::string_view kBefore = "(page size of ";
  const std::size_t at = header.find(kBefore);
  if (at == std::string_view::npos) return std::nullopt;
  header.remove_prefix(at + kBefore.size());
  const auto size = take_number(header);
  if (!size || header != " bytes)" || !std::has_single_bit(*size)) return std::nullopt;
  return size;
}

}  // namespace

Result<VmStat> parse_vm_stat(std::string_view text) {
  VmStat stat;
  TextLines lines(text);
  bool labelled = false;
  while (const auto line = lines.next()) {
    const std::string_view whole = trimmed(line->text);
    if (const auto size = page_size_in(whole)) stat.page_size_bytes = *size;
    const std::size_t colon = whole.find(':');
    const Count field = field_of(whole.substr(0, colon));
    if (field == nullptr || colon == std::string_view::npos) continue;
    std::string_view rest = trimmed(whole.substr(colon + 1));
    const auto count = take_number(rest);
    // Each number ends in a full stop; where it is missing, digits may be, too.
    if (!count || rest != ".") {
      return fail_vm_stat("no whole number at \"" + std::string(whole.substr(0, colon)) + "\"");
    }
    stat.*field = *count;
    labelled = true;
  }
  if (stat.page_size_bytes == 0) return fail_vm_stat("no page size");
  if (!labelled) return fail_vm_stat("no line that we know; interval mode is not understood");
  return stat;
}

std::optional<double> free_percent_of(const VmStat& stat) {
  if (!stat.free || !stat.active || !stat.inactive || !stat.speculative || !stat.wired ||
      !stat.compressor) {
    return std::nullopt;
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
