// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "../base/state_file.h"
#include "../base/user_folders.h"
#include "papr/pressure_monitor.h"
#include "pressure_meter.h"
#include "pressure_wake.h"

namespace papr {

/// What a monitor is put together from.
struct MonitorParts {
  std::unique_ptr<StateFile> state;      ///< the meter's; may be null
  std::unique_ptr<PressureMeter> meter;  ///< never null
  std::shared_ptr<const Clock> clock;    ///< never null; for the calm
  std::unique_ptr<PressureWake> wake;    ///< null: nobody tells of news

  /// Those of this machine. Opens and reads nothing yet.
  /// @error kInvalidArgument, kUnsupported  as make_memory_source.
  [[nodiscard]] static Result<MonitorParts> of(const PressureOptions& options,
                                               const Environment& environment, EventSink* events);

  /// The source in `options` is not looked at: the meter has its own.
  /// @error all but kUnsupported of PressureMonitor::start.
  [[nodiscard]] static Result<PressureMonitor> start(MonitorParts parts,
                                                     const PressureMonitorOptions& options,
                                                     PressureMonitor::Listener listener);
};

}  // namespace papr
