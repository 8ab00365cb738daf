// SPDX-License-Identifier: Apache-2.0
#include "pressure_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "../base/utc_text.h"

namespace papr::cli {
namespace {

constexpr std::size_t kLongestReason = 1000;  // a path may stand in it

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

std::string_view meaning_of(const PressureReading& reading) {
  switch (reading.state) {
    case PressureState::kCalm:
      return reading.source == "none" ? "nothing was read; --source names what to read"
                                      : "a model can be loaded";
    case PressureState::kHistoryOnly:
      return "much was swapped, but nothing is going on now";
    case PressureState::kActive:
      return reading.level == PressureLevel::kCritical
                 ? "memory is very short now: load nothing large"
                 : "memory is short now: a model may load slowly or end up on the CPU";
    case PressureState::kUnreadable:
      return "nobody knows how much memory is free";
  }
  return "";  // Unreachable; no default above, so that -Wswitch finds a new state.
}

// "616,876 pages in, 910,136 out"
std::string pages_text(std::uint64_t in, std::uint64_t out) {
  return fmt::format("{} pages in, {} out", with_thousands(in), with_thousands(out));
}

// Only what is known; the source always is.
std::string numbers_of(const PressureReading& reading) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += part + "; "; };
  if (reading.free_percent) add(fmt::format("{:.1f}% free", *reading.free_percent));
  if (reading.swap_used_gb) add(fmt::format("{:.2f} GB of swap used", *reading.swap_used_gb));
  if (reading.swap_ins && reading.swap_outs) {
    add("swapped since boot " + pages_text(*reading.swap_ins, *reading.swap_outs));
  }
  if (reading.swap_in_pages_per_s && reading.swap_out_pages_per_s) {
    add(fmt::format("swapping {:.0f} pages/s in, {:.0f} out", *reading.swap_in_pages_per_s,
                    *reading.swap_out_pages_per_s));
  }
  if (reading.stall_percent_10s) add(fmt::format("stalled {:.1f}%", *reading.stall_percent_10s));
  if (reading.kernel_level) add(fmt::format("kernel level {}", *reading.kernel_level));
  return text + "source " + reading.source;
}

std::string level_and_reason(const PressureReading& reading) {
  return fmt::format("{}: {}", name_of(reading.level), one_line(reading.reason, kLongestReason));
}

}  // namespace

Json json_of(const PressureReading& reading) {
  return {{"level", name_of(reading.level)},
          {"free_percent", or_null(reading.free_percent)},
          {"swap_used_gb", or_null(reading.swap_used_gb)},
          {"page_ins", or_null(reading.page_ins)},
          {"page_outs", or_null(reading.page_outs)},
          {"reason", reading.reason},
          {"source", reading.source},
          {"active", reading.active()},
          {"kernel_level", or_null(reading.kernel_level)},
          {"swap_ins", or_null(reading.swap_ins)},
          {"swap_outs", or_null(reading.swap_outs)},
          {"swap_in_pages_per_s", or_null(reading.swap_in_pages_per_s)},
          {"swap_out_pages_per_s", or_null(reading.swap_out_pages_per_s)},
          {"stall_percent_10s", or_null(reading.stall_percent_10s)},
          {"sampled_at", utc_text(reading.sampled_at)}};
}

std::string text_of(const PressureReading& reading) {
  return fmt::format("{}; {}\n  {}", level_and_reason(reading), meaning_of(reading),
                     numbers_of(reading));
}

std::string line_of(const PressureReading& reading) {
  // "2026-01-31T08:15:00.250Z"
  const std::string time = utc_text(reading.sampled_at).substr(11, 8) + "Z";
  return fmt::format("{} {}; {}", time, level_and_reason(reading), numbers_of(reading));
}

}  // namespace papr::cli
