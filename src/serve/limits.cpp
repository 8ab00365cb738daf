// SPDX-License-Identifier: Apache-2.0
#include "limits.h"

#include <algorithm>

namespace papr::serve {

std::chrono::milliseconds patience(const HttpLimits& limits, Phase phase, Demand demand) noexcept {
  if (demand.stopping && phase == Phase::kIdle) return std::chrono::milliseconds(0);
  const auto alone = phase == Phase::kIdle      ? limits.idle
                     : phase == Phase::kRequest ? limits.request
                                                : limits.response;
  return demand.others_wait || demand.stopping ? std::min(alone, limits.contended) : alone;
}

}  // namespace papr::serve
