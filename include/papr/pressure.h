// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "papr/events.h"
#include "papr/result.h"

namespace papr {

/// How short of memory the machine is. Ordered: a larger value is worse.
enum class PressureLevel { kNormal, kWarn, kCritical };

/// As in JSON output: "normal", "warn", "critical".
[[nodiscard]] std::string_view name_of(PressureLevel level) noexcept;

/// What a level is worth acting on.
enum class PressureState {
  kCalm,         ///< nothing to say
  kHistoryOnly,  ///< the counters since boot are high, but nothing is happening now
  kActive,       ///< memory is short at this moment
  kUnreadable,   ///< the source gave an error; the level says normal and `reason` names the error
};

/// "calm", "history_only", "active", "unreadable".
[[nodiscard]] std::string_view name_of(PressureState state) noexcept;

/// Where one level ends and the next begins. A share that is on a boundary belongs to the worse
/// level; pages must be more than theirs.
struct PressureThresholds {
  double warn_free_percent = 40;           ///< [0, 100]; at most this free: warn
  double critical_free_percent = 20;       ///< [0, 100]; at most this free: critical
  std::uint64_t swap_pages = 100'000'000;  ///< swapped in or out since boot or the last clear: warn
  double swap_pages_per_s = 1000;          ///< in or out, between two samples: warn, and active
  double warn_stall_percent = 10;          ///< [0, 100]; PSI `some avg10`, Linux
  double critical_stall_percent = 20;      ///< [0, 100]; PSI `full avg10`, Linux
};

/// The state of memory at one moment. What the source could not tell is nullopt, never 0.
struct PressureReading {
  PressureLevel level = PressureLevel::kNormal;
  PressureState state = PressureState::kCalm;
  std::string reason;  ///< why this level, in words: "Low free memory (35.2%)"; never empty
  std::string source;  ///< "none", "file", "macos", "macos-tools", "linux"
  std::optional<double> free_percent;      ///< [0, 100]
  std::optional<double> swap_used_gb;      ///< 10^9 bytes
  std::optional<std::uint64_t> page_ins;   ///< pages since boot, file I/O included
  std::optional<std::uint64_t> page_outs;  ///< pages since boot
  std::optional<std::uint64_t> swap_ins;   ///< pages since boot
  std::optional<std::uint64_t> swap_outs;  ///< pages since boot
  std::optional<double> swap_in_pages_per_s;
  std::optional<double> swap_out_pages_per_s;
  std::optional<int> kernel_level;          ///< macOS: 1 normal, 2 warn, 4 critical
  std::optional<double> stall_percent_10s;  ///< PSI `some avg10`, [0, 100]
  std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds> sampled_at{};

  [[nodiscard]] bool active() const noexcept { return state == PressureState::kActive; }
};

struct PressureOptions {
  /// "none", "macos", "macos-tools", "linux" or "file:PATH"; empty: what this OS has by default,
  /// which is "macos" there and "none" elsewhere.
  std::string source{};
  PressureThresholds thresholds{};
};

/// Whether this build is for macOS.
[[nodiscard]] bool is_macos() noexcept;

/// One reading from the commands `memory_pressure -Q`, `vm_stat` and `sysctl vm.swapusage`. Blocks
/// for as long as they take, at most 2 s. Works wherever they are on PATH.
/// @error kNotFound, kTimeout, kCorrupt  no command gave anything that can be read.
[[nodiscard]] Result<PressureReading> get_memory_pressure_macos(
    const PressureThresholds& thresholds = {});

/// One reading of this machine. Never fails: a source that cannot be read gives level normal, state
/// unreadable and the event "pressure_unreadable". An unknown source is such a reading too.
[[nodiscard]] PressureReading check_memory_pressure(const PressureOptions& options = {},
                                                    EventSink* events = nullptr);

/// Tells `events` of a reading that is not normal ("pressure_seen"); nothing otherwise.
void log_memory_pressure_warning(const PressureReading& reading, EventSink& events);

}  // namespace papr
