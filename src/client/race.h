// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "../base/clock.h"

namespace papr {

/// How far the local side of one search is.
enum class LocalSide {
  kBarred,   ///< not asked: the user, the pressure or the breaker does not want it
  kLoading,  ///< the model is on its way
  kQueued,   ///< the model is at another call
  kReady,    ///< can be asked now
  kRunning,
  kAnswered,
  kFailed,
};

/// How far the cloud's side is.
enum class CloudSide { kBarred, kReady, kRunning, kAnswered, kFailed };

/// One search at one moment.
struct Race {
  LocalSide local = LocalSide::kBarred;
  CloudSide cloud = CloudSide::kBarred;
  SteadyTime ask_cloud_at{};  ///< when local counts as late; only looked at while cloud is ready
  std::optional<SteadyTime> deadline;
};

/// What a search does next.
struct Move {
  enum class Kind {
    kStartLocal,
    kStartCloud,
    kWait,  ///< until something happens, at the latest until `until`
    kTakeLocal,
    kTakeCloud,
    kFail,     ///< both sides are over, without an answer
    kTimeOut,  ///< the deadline has come
  };
  Kind kind = Kind::kWait;
  std::optional<SteadyTime> until;  ///< of kWait; nullopt: nothing is due at a known time
};

/// The whole rule of local first, cloud when local is late or out, first good answer wins. Pure.
/// An answer that is there is taken even when the deadline has passed meanwhile.
[[nodiscard]] Move next_move(const Race& race, SteadyTime now);

}  // namespace papr
