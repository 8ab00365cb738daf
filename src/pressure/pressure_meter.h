// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "../base/clock.h"
#include "../base/state_file.h"
#include "classify.h"
#include "memory_source.h"
#include "papr/events.h"
#include "papr/pressure.h"
#include "rate_window.h"

namespace papr {

struct PressureMeterParts {
  std::unique_ptr<MemorySource> source;  ///< never null
  PressureThresholds thresholds;
  std::shared_ptr<const Clock> clock;  ///< never null
  StateFile* state = nullptr;   ///< where swap baselines are kept; may be null; outlives the meter
  EventSink* events = nullptr;  ///< may be null; outlives the meter
};

/// Readings of one source, with what must be remembered between them: the last sample for rates,
/// and the swap counters at the last clear of this boot. Safe to call from several threads.
class PressureMeter {
 public:
  /// How long what a source that is not quick has said holds.
  static constexpr std::chrono::seconds kFreshFor{5};

  explicit PressureMeter(PressureMeterParts parts);

  /// Never fails: a source that gives an error gives level normal, state unreadable, a reason that
  /// names the error, and the event "pressure_unreadable" {source, reason}, once as long as the
  /// reason stays the same. Tells of a change of level with the event "pressure_changed" {from, to,
  /// reason, source}; before the first reading the level counts as normal. Of a source that is not
  /// quick a reading, or its error, is given again for 5 s. Source `none` opens no
  /// file and allocates nothing but the reading's texts. The state file is read only when much was
  /// swapped since boot.
  [[nodiscard]] PressureReading read();

  /// Whether `read` takes microseconds (MemorySource::is_quick).
  [[nodiscard]] bool is_quick() const noexcept { return parts_.source->is_quick(); }

  /// The same, always anew.
  [[nodiscard]] PressureReading look();

  /// The same, for those who must know why a source cannot be read.
  /// @error the source's.
  [[nodiscard]] Result<PressureReading> try_read();

  /// Swap counts anew from here: the cache was cleared. Remembered for this boot in the state file.
  /// @error the source's, where it cannot be read: then nothing changes.
  /// @error the state file's; the meter itself counts anew in any case.
  [[nodiscard]] Result<> note_clear();

 private:
  Result<PressureReading> try_read_locked();
  PressureReading reading_or_unreadable(Result<PressureReading> read) const;
  Result<PressureReading> measure();
  Result<std::optional<SwapBaseline>> count_anew();
  PressureVerdict judge(const MemorySample& sample);
  bool take_saved_baseline();
  void tell_unreadable(const Error& error);
  void tell_change(PressureLevel level, const std::string& reason);

  const PressureMeterParts parts_;
  const bool looks_;  ///< false: source `none`, which needs none of the below
  std::mutex mutex_;
  RateWindow window_;
  SwapBaseline baseline_;
  bool saved_baseline_is_void_ = false;  ///< the counters went back after it was written
  PressureLevel level_ = PressureLevel::kNormal;
  std::string last_error_;               ///< told of already
  std::optional<PressureReading> last_;  ///< of a source that is not quick
  SteadyTime last_at_{};
};

}  // namespace papr
