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
  PressureOptions pressure;
  /// Between two looks, at least 1 ms; more than a day counts as one. On macOS the system's news
  /// wakes the monitor before that.
  std::chrono::milliseconds interval{2000};
  /// What is worse is told at once, what is better when nothing worse was seen for this long. 0:
  /// at once too.
  std::chrono::milliseconds calm{10'000};
  bool every_reading = false;   ///< tell of each, not of changes only
  EventSink* events = nullptr;  ///< must outlive the monitor; told of each change as it is
};

/// Watches memory on one thread of its own for as long as it lives, and tells of every change.
class PressureMonitor {
 public:
  /// Told of the first reading, and of each whose level or state is another than the last that was
  /// told. Called on the monitor's thread, one call at a time; must not throw. It may stop, replace
  /// or destroy the monitor. While it is under way nobody looks: what comes and goes meanwhile is
  /// not told of.
  using Listener = std::function<void(const PressureReading&)>;

  /// @error kInvalidArgument  no such source, an interval below 1 ms, a negative calm, or nobody to
  ///                          tell.
  /// @error kUnsupported      the source is another system's.
  /// @error kUnavailable      the OS gives no thread.
  [[nodiscard]] static Result<PressureMonitor> start(const PressureMonitorOptions& options,
                                                     Listener listener);

  /// No call comes after this; called by another thread than the monitor's, none is under way
  /// either, and what was read was told. For one thread at a time. A stopped monitor is done: start
  /// another.
  void stop();

  PressureMonitor(PressureMonitor&&) noexcept;
  PressureMonitor& operator=(PressureMonitor&&) noexcept;  ///< stops the one that was here
  ~PressureMonitor();                                      ///< stops

 private:
  friend struct MonitorParts;
  class Watch;
  explicit PressureMonitor(std::shared_ptr<Watch> watch) noexcept;
  std::shared_ptr<Watch> watch_;
};

}  // namespace papr
