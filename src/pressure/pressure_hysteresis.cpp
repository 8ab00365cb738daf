// SPDX-License-Identifier: Apache-2.0
#include "pressure_hysteresis.h"

namespace papr {

PressureHysteresis::Rank PressureHysteresis::rank_of(const PressureReading& reading) noexcept {
  if (reading.state == PressureState::kUnreadable) return Rank::kUnreadable;
  if (reading.level == PressureLevel::kCritical) return Rank::kCritical;
  if (reading.level == PressureLevel::kNormal) return Rank::kNormal;
  return reading.active() ? Rank::kWarn : Rank::kHistory;
}

void PressureHysteresis::note(Rank rank, SteadyTime now) {
  last_ = rank;
  if (rank == Rank::kUnreadable) {
    const auto blind_since = no_worse_since_[kUnreadable].value_or(now);
    no_worse_since_.fill(std::nullopt);
    no_worse_since_[kUnreadable] = blind_since;
    return;
  }
  for (std::size_t other = 0; other < kRanks; ++other) {
    auto& since = no_worse_since_[other];
    if (other < rank) {
      since.reset();
    } else if (!since) {
      since = now;
    }
  }
}

bool PressureHysteresis::is_news(const PressureReading& reading, SteadyTime now) {
  note(rank_of(reading), now);
  if (told_ && last_ <= *told_ && due().value_or(SteadyTime::max()) > now) return false;
  told_ = last_;
  return true;
}

std::optional<SteadyTime> PressureHysteresis::due() const {
  if (!told_ || last_ >= *told_) return std::nullopt;
  return *no_worse_since_[last_] + calm_;
}

}  // namespace papr
