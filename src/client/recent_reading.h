// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <utility>

#include "../base/clock.h"
#include "../pressure/pressure_meter.h"
#include "papr/pressure.h"

namespace papr {

/// The last reading of a source that takes too long for a search to wait for one: searches share
/// it, and one of them has it renewed. Not synchronised; the client's lock is around it.
class RecentReading {
 public:
  /// As old as memory's state may be for a search. A load always reads for itself.
  static constexpr auto kFreshFor = PressureMeter::kFreshFor;

  /// Calm before the first reading.
  [[nodiscard]] const PressureReading& get() const noexcept { return reading_; }

  /// Who gets true is the one that reads, and owes `end`.
  [[nodiscard]] bool begin(SteadyTime now) {
    if (renewing_ || now < fresh_until_) return false;
    return renewing_ = true;
  }

  void end(PressureReading reading, SteadyTime now) {
    reading_ = std::move(reading);
    fresh_until_ = now + kFreshFor;
    renewing_ = false;
  }

 private:
  PressureReading reading_;
  SteadyTime fresh_until_ = SteadyTime::min();
  bool renewing_ = false;
};

}  // namespace papr
