// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "../base/clock.h"
#include "../base/state_file.h"
#include "memory_source.h"
#include "papr/events.h"
#include "papr/pressure.h"

namespace papr {

struct PressureMeterParts {
  std::unique_ptr<MemorySource> source;
  PressureThresholds thresholds;
  std::shared_ptr<const Clock> clock;
  StateFile* state = nullptr;   ///< where swap baselines are kept; may be null; outlives the meter
  EventSink* events = nullptr;  ///< may be null; outlives the meter
};

/// Readings of one source, with what must be remembered between them: the last sample for rates,
/// and the swap counters at the last clear of this boot. Safe to call from several threads.
class PressureMeter {
 public:
  explicit PressureMeter(PressureMeterParts parts);

  /// Never fails: a source that gives an error gives level normal, state unreadable, a reason that
  /// names the error, and the event "pressure_unreadable". Tells of a change of level with the
  /// event "pressure_changed". Source `none` opens no file and allocates nothing but the reading's
  /// texts.
  [[nodiscard]] PressureReading read();

  /// Swap counts anew from here: the cache was cleared. Remembered for this boot in the state file.
  /// @error the state file's; the meter itself counts anew in any case.
  [[nodiscard]] Result<> note_clear();

 private:
  std::mutex mutex_;
  PressureMeterParts parts_;
  // More members as the implementation needs.
};

}  // namespace papr
