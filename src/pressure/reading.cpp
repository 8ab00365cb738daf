// SPDX-License-Identifier: Apache-2.0
#include "reading.h"

#include <string>
#include <utility>

namespace papr {

PressureReading reading_of(const MemorySample& sample, PressureVerdict verdict,
                           std::string_view source, WallTime now) {
  PressureReading reading;
  reading.level = verdict.level;
  reading.state = verdict.state;
  reading.reason = std::move(verdict.reason);
  reading.source = source;
  reading.free_percent = sample.free_percent;
  if (sample.swap_used_bytes) {
    reading.swap_used_gb = static_cast<double>(*sample.swap_used_bytes) / 1e9;
  }
  reading.page_ins = sample.page_ins;
  reading.page_outs = sample.page_outs;
  reading.swap_ins = sample.swap_ins;
  reading.swap_outs = sample.swap_outs;
  reading.swap_in_pages_per_s = verdict.swap_in_pages_per_s;
  reading.swap_out_pages_per_s = verdict.swap_out_pages_per_s;
  reading.kernel_level = sample.kernel_level;
  reading.stall_percent_10s = sample.some_stall_percent_10s;
  reading.sampled_at = now;
  return reading;
}

PressureReading reading_of_none(WallTime now) {
  PressureReading reading;
  reading.reason = is_macos() ? "not looked at" : "not macOS";  // short: no allocation
  reading.source = "none";
  reading.sampled_at = now;
  return reading;
}

PressureReading unreadable_reading(std::string_view source, const Error& error, WallTime now) {
  PressureReading reading;
  reading.state = PressureState::kUnreadable;
  reading.reason = "Memory pressure cannot be read: " + error.message;
  reading.source = source;
  reading.sampled_at = now;
  return reading;
}

}  // namespace papr
