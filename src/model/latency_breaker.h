// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>

#include "../base/clock.h"
#include "papr/pressure.h"

namespace papr {

/// Where the next call should go.
enum class CallRoute {
  kLocal,      ///< to the model
  kProbe,      ///< to the model, to see whether it is well again; one at a time
  kElsewhere,  ///< not to the model
};

/// Watches the latency of a running model, so that nobody waits for one that has become slow.
///
/// Opens when the median of the last five calls is over the budget, which three slow ones of them
/// already decide; one slow call opens nothing. While it is open one call is let through as a
/// probe: 5 s later, then 10 s, 20 s and so on up to 5 min; and at once when memory is less short
/// than it was when the model was last seen slow. A probe within the budget closes it.
///
/// A model that was slow while memory was short has been thrown out of it: the first probe reads it
/// back, so when that is slow it does not count and the next follows at once.
///
/// Pure: time is a parameter and must not go backwards. Where it stands still nothing becomes due.
/// For one thread at a time.
class LatencyBreaker {
 public:
  explicit LatencyBreaker(std::chrono::milliseconds budget) : budget_(budget) {}

  /// The route of one call that is about to be made. `shortage`: how short of memory the machine is
  /// at this moment; normal where pressure is not active. A probe whose end is never told of is
  /// given up for lost when the next would be due.
  [[nodiscard]] CallRoute route(SteadyTime now, PressureLevel shortage);

  /// How long the call took that `route` sent. Calls that were sent before the breaker opened no
  /// longer count. Whether the breaker has opened or closed by it.
  bool record(CallRoute route, std::chrono::nanoseconds latency, SteadyTime now);

  /// The call gave an error or a wrong output: as bad as one over the budget.
  bool record_failure(CallRoute route, SteadyTime now);

  /// The call was called off before it told anything: a probe may be sent anew.
  void forget(CallRoute route) noexcept;

  [[nodiscard]] bool open() const noexcept { return open_; }
  [[nodiscard]] std::chrono::milliseconds budget() const noexcept { return budget_; }

 private:
  bool judge(CallRoute route, bool slow, SteadyTime now);
  void judge_slow_probe(SteadyTime now);
  void wait_from(SteadyTime now, std::chrono::milliseconds wait);

  std::chrono::milliseconds budget_;
  std::deque<bool> slow_;  // of the last calls, newest at the back
  bool open_ = false;
  bool probing_ = false;
  std::chrono::milliseconds wait_{0};
  SteadyTime due_{};                                 // of the next probe
  PressureLevel shortage_ = PressureLevel::kNormal;  // at the last call that was routed
  PressureLevel slow_at_ =
      PressureLevel::kNormal;  // the least at which it was slow since it opened
  bool thrown_out_ = false;    // by memory that was short, and not read back since
};

}  // namespace papr
