// SPDX-License-Identifier: Apache-2.0
#include "pressure_hysteresis.h"

#include <utility>

namespace papr {

PressureHysteresis::Rank PressureHysteresis::rank_of(const PressureReading& reading) noexcept {
  if (reading.level == PressureLevel::kCritical) return Rank::kCritical;
  if (reading.level == PressureLevel::kNormal) return Rank::kNormal;
  return reading.active() ? Rank::kWarn : Rank::kHistory;
}

bool PressureHysteresis::is_news(const PressureReading& reading, SteadyTime now) {
  if (reading.state == PressureState::kUnreadable) {
    told_.reset();
    no_worse_since_.fill(std::nullopt);
    return !std::exchange(blind_, true);
  }
  blind_ = false;
  last_ = rank_of(reading);
  for (std::size_t rank = kNormal; rank < kRanks; ++rank) {
    auto& since = no_worse_since_[rank];
    if (rank < last_) {
      since.reset();
    } else if (!since) {
      since = now;
    }
  }
  if (told_ && last_ <= *told_ && due().value_or(SteadyTime::max()) > now) return false;
  told_ = last_;
  return true;
}

std::optional<SteadyTime> PressureHysteresis::due() const {
  if (!told_ || last_ >= *told_) return std::nullopt;
  return *no_worse_since_[last_] + calm_;
}

}  // namespace papr
