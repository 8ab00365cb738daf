// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "memory_source.h"
#include "papr/pressure.h"

namespace papr {

/// The swap counters from which on swapping counts: zero after a boot, else as they were at the
/// last clear of this boot.
struct SwapBaseline {
  std::uint64_t swap_ins = 0;   ///< pages since boot
  std::uint64_t swap_outs = 0;  ///< pages since boot

  friend bool operator==(const SwapBaseline&, const SwapBaseline&) = default;
};

/// What a sample means.
struct PressureVerdict {
  PressureLevel level = PressureLevel::kNormal;
  PressureState state = PressureState::kCalm;  ///< never kUnreadable
  std::string reason;         ///< each cause, worst first, then the caveat; joined by "; "
  bool swapped_much = false;  ///< counted from the baseline
  std::optional<double> swap_in_pages_per_s;
  std::optional<double> swap_out_pages_per_s;
};

/// Rates over less than this say nothing: two pages in a millisecond are not 2,000 pages/s.
inline constexpr std::chrono::milliseconds kShortestRateWindow{100};
/// Nor over more: what an hour ago or before a night asleep was swapped is not swapped now.
inline constexpr std::chrono::seconds kLongestRateWindow{60};

/// Decides level, state and reason. Pure. `previous` is for rates and may be null; counters that
/// are lower than in `previous` give no rate, and those lower than the baseline void it.
[[nodiscard]] PressureVerdict classify(const MemorySample& sample, const MemorySample* previous,
                                       const SwapBaseline& baseline,
                                       const PressureThresholds& thresholds);

/// Whether a swap counter is lower than before: the machine was started again, or it wrapped.
[[nodiscard]] bool swap_went_back(const MemorySample& sample,
                                  const MemorySample& previous) noexcept;

}  // namespace papr
