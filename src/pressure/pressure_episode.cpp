// SPDX-License-Identifier: Apache-2.0
#include "pressure_episode.h"

#include <utility>

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr auto kCalmThatEnds = 10min;
// Whoever reads seldom must not be taken for under pressure ever since.
constexpr auto kUnseenThatEnds = 24h;

}  // namespace

// A moment in the future was written before the clock was set back: as if it were now.
bool is_under_way(const PressureEpisode& episode, WallTime now) noexcept {
  if (!episode.last_active || now - *episode.last_active >= kUnseenThatEnds) return false;
  return !episode.calm_since || now - *episode.calm_since < kCalmThatEnds;
}

std::uint64_t number_at(const PressureEpisode& episode, WallTime now) noexcept {
  return is_under_way(episode, now) ? episode.number : 0;
}

PressureEpisode after_reading(PressureEpisode episode, PressureState state, WallTime now) {
  switch (state) {
    case PressureState::kUnreadable:
      break;
    case PressureState::kActive:
      if (!is_under_way(episode, now)) ++episode.number;
      episode.last_active = now;
      episode.calm_since.reset();
      break;
    case PressureState::kCalm:
    case PressureState::kHistoryOnly:
      if (!episode.calm_since || *episode.calm_since > now) episode.calm_since = now;
      break;
  }
  return episode;
}

PressureEpisode in_boot(PressureEpisode episode, std::string boot_id) {
  if (episode.boot_id == boot_id) return episode;
  return {.number = episode.number, .boot_id = std::move(boot_id)};
}

}  // namespace papr
