// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "papr/events.h"
#include "papr/pressure.h"
#include "papr/result.h"

namespace papr {

struct PressureMonitorOptions {
  PressureOptions pressure{};
  /// Between two looks, at least 1 ms. On macOS the system's news wakes the monitor before that.
  std::chrono::milliseconds interval{2000};
  /// What is worse is told at once, what is better when nothing worse was seen for this long. 0:
  /// at once too. Of this and of the interval more than a day counts as one.
  std::chrono::milliseconds calm{10'000};
  bool every_reading = false;   ///< tell of each, not of changes only
  bool must_read = false;       ///< fail to start where the source cannot be read; waits for that
  EventSink* events = nullptr;  ///< must outlive the monitor; told of each change as it is
};

/// Watches memory on one thread of its own for as long as it lives. A fork() takes none along.
class PressureMonitor {
 public:
  /// Told of the first reading, then of changes of level or state, as PressureMonitorOptions::calm
  /// says. A source that fails for as long as the calm is told of as state unreadable, whose level
  /// is normal: look at the state first.
  ///
  /// Called on the monitor's thread, one call at a time; must not throw. It may stop, replace or
  /// destroy the monitor. While it is under way nobody looks: what comes and goes meanwhile is not
  /// told of.
  using Listener = std::function<void(const PressureReading&)>;

  /// @error kInvalidArgument  no such source, an interval below 1 ms, a negative calm, or nobody to
  ///                          tell.
  /// @error kUnsupported      the source is another system's.
  /// @error kUnavailable      the OS gives no thread.
  /// @error the source's, with `must_read`.
  [[nodiscard]] static Result<PressureMonitor> start(const PressureMonitorOptions& options,
                                                     Listener listener);

  /// No call comes after this. Unless the listener calls it, none is under way either. For one
  /// thread at a time, and the listener beside it. A stopped monitor is done: start another.
  void stop();

  PressureMonitor(PressureMonitor&&) noexcept;
  PressureMonitor& operator=(PressureMonitor&&) noexcept;  ///< as if the one here were destroyed
  ~PressureMonitor();                                      ///< stops

 private:
  friend struct MonitorParts;
  class Watch;
  explicit PressureMonitor(std::shared_ptr<Watch> watch) noexcept;
  std::shared_ptr<Watch> watch_;
};

}  // namespace papr
