// SPDX-License-Identifier: Apache-2.0
#include "sysctl_output.h"

#include <string>

#include "text_scan.h"

namespace papr {
namespace {

std::unexpected<Error> fail_sysctl(const std::string& what) {
  return fail(ErrorCode::kCorrupt, "read output of sysctl: " + what);
}

// The kernel prints M, which is MiB, whatever the size: kern_sysctl.c of xnu. What others write
// that names its unit is as clear; a number without one is not.
std::optional<double> take_unit_bytes(std::string_view& text) {
  double bytes = 1024;
  for (const std::string_view unit : {"K", "M", "G", "T"}) {
    if (take(text, unit)) return bytes;
    bytes *= 1024;
  }
  return std::nullopt;
}

// "used = 2743.50M", whatever the blanks.
std::optional<std::uint64_t> take_bytes(std::string_view& text, std::string_view name) {
  text = trimmed(text);
  if (!take(text, name)) return std::nullopt;
  text = trimmed(text);
  if (!take(text, "=")) return std::nullopt;
  text = trimmed(text);
  const auto number = take_decimal(text);
  const auto unit_bytes = take_unit_bytes(text);
  if (!number || !unit_bytes) return std::nullopt;
  const double bytes = *number * *unit_bytes;
  constexpr double kMost = 1e18;  // far above any disk; keeps the cast sound
  if (bytes > kMost) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

struct SwapUsage {
  std::uint64_t used_bytes = 0;
  std::uint64_t total_bytes = 0;
  bool operator==(const SwapUsage&) const = default;
};

// "total = 3072.00M  used = 1422.75M  free = 1649.25M  (encrypted)"
std::optional<SwapUsage> swap_usage_in(std::string_view text) {
  const auto total = take_bytes(text, "total");
  const auto used = take_bytes(text, "used");
  // Not needed, but a text that stops before it was cut.
  if (!total || !used || !take_bytes(text, "free") || *used > *total) return std::nullopt;
  return SwapUsage{.used_bytes = *used, .total_bytes = *total};
}

// As `sysctl -n` prints it.
bool is_bare_swap_usage(std::string_view text) {
  return take(text, "total") && trimmed(text).starts_with('=');
}

std::optional<int> kernel_level_in(std::string_view text) {
  if (text != "1" && text != "2" && text != "4") return std::nullopt;
  return text.front() - '0';
}

std::optional<double> free_percent_in(std::string_view text) {
  const auto percent = take_number(text);
  if (!percent || *percent > 100 || !text.empty()) return std::nullopt;
  return static_cast<double>(*percent);
}

// "name: " as `sysctl` prints it, "name=" as `sysctl -e` does.
bool take_name(std::string_view& text, std::string_view name) {
  std::string_view rest = text;
  if (!take(rest, name)) return false;
  rest = trimmed(rest);
  if (!take(rest, ":") && !take(rest, "=")) return false;
  text = trimmed(rest);
  return true;
}

// What all the lines of one name said.
template <class T>
class Said {
 public:
  void hear(const std::optional<T>& value) {
    sound_ = sound_ && value && (!value_ || *value_ == *value);
    value_ = value;
  }
  [[nodiscard]] std::optional<T> value() const { return sound_ ? value_ : std::nullopt; }
  [[nodiscard]] bool is_sound() const { return sound_; }

 private:
  std::optional<T> value_;
  bool sound_ = true;
};

}  // namespace

Result<SysctlOutput> parse_sysctl(std::string_view text) {
  Said<SwapUsage> swap_usage;
  Said<int> kernel_level;
  Said<double> free_percent;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = trimmed(line->text);
    if (take_name(rest, "vm.swapusage") || is_bare_swap_usage(rest)) {
      swap_usage.hear(swap_usage_in(rest));
    } else if (take_name(rest, "kern.memorystatus_vm_pressure_level")) {
      kernel_level.hear(kernel_level_in(rest));
    } else if (take_name(rest, "kern.memorystatus_level")) {
      // Nothing marks the end of this number but the end of its line: without it, digits may be
      // missing.
      free_percent.hear(line->ended ? free_percent_in(rest) : std::nullopt);
    }
  }
  SysctlOutput output{.kernel_level = kernel_level.value(), .free_percent = free_percent.value()};
  if (const auto usage = swap_usage.value()) {
    output.swap_used_bytes = usage->used_bytes;
    output.swap_total_bytes = usage->total_bytes;
  }
  if (output.swap_used_bytes || output.kernel_level || output.free_percent) return output;
  if (!swap_usage.is_sound()) return fail_sysctl("no sound vm.swapusage");
  if (!kernel_level.is_sound()) return fail_sysctl("no sound kern.memorystatus_vm_pressure_level");
  if (!free_percent.is_sound()) return fail_sysctl("no sound kern.memorystatus_level");
  return fail_sysctl("no line that we know");
}

}  // namespace papr
