// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "papr/result.h"

namespace papr {

/// Wakes whoever watches memory when the system has news of it. No more than a hint: it may come
/// late, twice or never, and does not say how things are, so the watcher reads the source then, and
/// reads it from time to time in any case. One thread at a time.
class PressureWake {
 public:
  virtual ~PressureWake() = default;  ///< stops

  /// From now on `on_news` is called from a thread of the system, one call at a time. It must be
  /// quick and must not call `stop`. No first call tells of the state at the start.
  /// @error kInvalidArgument  it was started already.
  /// @error kUnavailable      the system refused.
  [[nodiscard]] virtual Result<> start(std::function<void()> on_news) = 0;

  /// When this returns no call is under way and none will come. Nothing where it was not started;
  /// it may be started again.
  virtual void stop() noexcept = 0;
};

/// Null where the system tells nobody of memory.
[[nodiscard]] std::unique_ptr<PressureWake> make_pressure_wake();

}  // namespace papr
