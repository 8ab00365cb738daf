// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "../base/clock.h"
#include "papr/pressure.h"

namespace papr {

/// A time of pressure: from the first reading that is active to the end of the calm after it. What
/// processes remember of it together; times are of the wall, which may be set at any moment.
struct PressureEpisode {
  std::uint64_t number = 0;             ///< 1 for the first; 0: there was none yet
  std::string boot_id;                  ///< of the boot that it was in
  std::optional<WallTime> last_active;  ///< nothing: it is over
  std::optional<WallTime> calm_since;   ///< the first calm reading after the last active one

  friend bool operator==(const PressureEpisode&, const PressureEpisode&) = default;
};

/// An episode is over once calm was seen to have begun 10 min ago; once nobody has seen pressure
/// for 24 h; and after a boot. Time asleep is calm only if calm had begun. Pure, like all below.
[[nodiscard]] bool is_under_way(const PressureEpisode& episode, WallTime now) noexcept;

/// The number of the episode that is under way; 0: none is.
[[nodiscard]] std::uint64_t number_at(const PressureEpisode& episode, WallTime now) noexcept;

/// With one more reading. An active one while no episode is under way begins the next; swapping
/// that is history is calm; a reading that could not be had says nothing.
[[nodiscard]] PressureEpisode after_reading(PressureEpisode episode, PressureState state,
                                            WallTime now);

/// As it is in this boot.
[[nodiscard]] PressureEpisode in_boot(PressureEpisode episode, std::string boot_id);

}  // namespace papr
