// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "../base/clock.h"
#include "papr/pressure.h"

namespace papr {

/// Picks the readings that are news: what is worse at once, what is better when nothing worse was
/// read for a while, so that a level that goes to and fro is told of once. A reading that could not
/// be had counts as better than any, and as no calm. Time is a parameter.
class PressureHysteresis {
 public:
  /// 0: what is better is told at once too.
  explicit PressureHysteresis(std::chrono::milliseconds calm) : calm_(calm) {}

  /// To be asked of each reading once, in order. The first is news; of equal level, active is worse
  /// than history.
  [[nodiscard]] bool is_news(const PressureReading& reading, SteadyTime now);

  /// When a reading like the last would be news; nothing while it would never be.
  [[nodiscard]] std::optional<SteadyTime> due() const;

 private:
  enum Rank : std::size_t { kUnreadable, kNormal, kHistory, kWarn, kCritical, kRanks };
  static Rank rank_of(const PressureReading& reading) noexcept;
  void note(Rank rank, SteadyTime now);

  std::chrono::milliseconds calm_;
  std::optional<Rank> told_;
  Rank last_ = kUnreadable;
  std::array<std::optional<SteadyTime>, kRanks> no_worse_since_{};
};

}  // namespace papr
