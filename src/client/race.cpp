// SPDX-License-Identifier: Apache-2.0
#include "race.h"

#include <algorithm>

namespace papr {
namespace {

bool is_over(LocalSide side) { return side == LocalSide::kBarred || side == LocalSide::kFailed; }
bool is_over(CloudSide side) { return side == CloudSide::kBarred || side == CloudSide::kFailed; }

}  // namespace

Move next_move(const Race& race, SteadyTime now) {
  using Kind = Move::Kind;
  if (race.local == LocalSide::kAnswered) return {Kind::kTakeLocal, {}};
  if (race.cloud == CloudSide::kAnswered) return {Kind::kTakeCloud, {}};
  if (is_over(race.local) && is_over(race.cloud)) return {Kind::kFail, {}};
  if (race.deadline && now >= *race.deadline) return {Kind::kTimeOut, {}};
  if (race.local == LocalSide::kReady) return {Kind::kStartLocal, {}};

  const bool cloud_can_start = race.cloud == CloudSide::kReady;
  if (cloud_can_start && (is_over(race.local) || now >= race.ask_cloud_at)) {
    return {Kind::kStartCloud, {}};
  }
  if (!cloud_can_start) return {Kind::kWait, race.deadline};
  return {Kind::kWait,
          race.deadline ? std::min(*race.deadline, race.ask_cloud_at) : race.ask_cloud_at};
}

}  // namespace papr
