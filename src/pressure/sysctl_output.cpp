// SPDX-License-Identifier: Apache-2.0
#include "sysctl_output.h"

#include <string>

#include "text_scan.h"

namespace papr {
namespace {

std::unexpected<Error> fail_sysctl(const std::string& what) {
  return fail(ErrorCode::kCorrupt, "read output of sysctl: " + what);
}

// "used = 2743.50M", whatever the blanks. Always in M, which is MiB: kern_sysctl.c of xnu.
std::optional<std::uint64_t> take_mebibytes(std::string_view& text, std::string_view name) {
  text = trimmed(text);
  if (!take(text, name)) return std::nullopt;
  text = trimmed(text);
  if (!take(text, "=")) return std::nullopt;
  text = trimmed(text);
  const auto mebibytes = take_decimal(text);
  constexpr double kMost = 1e12;  // far above any disk; keeps the cast sound
  if (!mebibytes || *mebibytes > kMost || !take(text, "M")) return std::nullopt;
  return static_cast<std::uint64_t>(*mebibytes * 1048576);
}

// "total = 3072.00M  used = 1422.75M  free = 1649.25M  (encrypted)"
bool read_swap_usage(std::string_view text, SysctlOutput& output) {
  const auto total = take_mebibytes(text, "total");
  const auto used = take_mebibytes(text, "used");
  // Not needed, but a text that stops before it was cut.
  if (!total || !used || !take_mebibytes(text, "free") || *used > *total) return false;
  output.swap_used_bytes = used;
  output.swap_total_bytes = total;
  return true;
}

// As `sysctl -n` prints it.
bool is_bare_swap_usage(std::string_view text) {
  return take(text, "total") && trimmed(text).starts_with('=');
}

bool read_kernel_level(std::string_view text, SysctlOutput& output) {
  if (text != "1" && text != "2" && text != "4") return false;
  output.kernel_level = text.front() - '0';
  return true;
}

bool read_free_percent(std::string_view text, SysctlOutput& output) {
  const auto percent = take_number(text);
  if (!percent || *percent > 100 || !text.empty()) return false;
  output.free_percent = static_cast<double>(*percent);
  return true;
}

}  // namespace

Result<SysctlOutput> parse_sysctl(std::string_view text) {
  SysctlOutput output;
  bool known = false;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = trimmed(line->text);
    bool sound = true;
    if (take(rest, "vm.swapusage:") || is_bare_swap_usage(rest)) {
      sound = read_swap_usage(rest, output);
    } else if (take(rest, "kern.memorystatus_vm_pressure_level:")) {
      sound = read_kernel_level(trimmed(rest), output);
    } else if (take(rest, "kern.memorystatus_level:")) {
      // Nothing marks the end of this number but the end of its line: without it, digits may be
      // missing, and the number is not known.
      if (!line->ended) continue;
      sound = read_free_percent(trimmed(rest), output);
    } else {
      continue;
    }
    if (!sound) return fail_sysctl("not what the kernel prints in one of its lines");
    known = true;
  }
  if (!known) return fail_sysctl("no line that we know");
  return output;
}

}  // namespace papr
