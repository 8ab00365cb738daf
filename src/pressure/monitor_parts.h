// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "../base/state_file.h"
#include "papr/pressure_monitor.h"
#include "pressure_meter.h"
#include "pressure_wake.h"

namespace papr {

/// What a monitor is put together from; a test brings its own.
struct MonitorParts {
  std::unique_ptr<StateFile> state;      ///< the meter's; may be null
  std::unique_ptr<PressureMeter> meter;  ///< never null
  std::shared_ptr<const Clock> clock;    ///< never null; for the calm
  std::unique_ptr<PressureWake> wake;    ///< null: nobody tells of news

  /// The source in `options` is not looked at: the meter has its own.
  /// @error kInvalidArgument, kUnavailable  as PressureMonitor::start.
  [[nodiscard]] static Result<PressureMonitor> start(MonitorParts parts,
                                                     const PressureMonitorOptions& options,
                                                     PressureMonitor::Listener listener);
};

}  // namespace papr
