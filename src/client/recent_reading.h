// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "../base/clock.h"
#include "papr/pressure.h"

namespace papr {

/// The last reading of a source that takes too long for a search to wait for one: searches share
/// it, and one of them has it renewed. Not synchronised; the client's lock is around it.
class RecentReading {
 public:
  /// As old as memory's state may be for a search. A load always reads for itself.
  static constexpr std::chrono::seconds kFreshFor{5};

  /// Calm before the first reading.
  [[nodiscard]] const PressureReading& get() const noexcept { return reading_; }

  /// Who gets true is the one that reads, and owes `end`.
  [[nodiscard]] bool begin(SteadyTime now) {
    if (renewing_ || (read_at_ && now - *read_at_ < kFreshFor)) return false;
    return renewing_ = true;
  }

  void end(PressureReading reading, SteadyTime now) {
    reading_ = std::move(reading);
    read_at_ = now;
    renewing_ = false;
  }

 private:
  PressureReading reading_;
  std::optional<SteadyTime> read_at_;
  bool renewing_ = false;
};

}  // namespace papr
