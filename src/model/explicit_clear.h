// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../base/clock.h"
#include "../base/state_file.h"
#include "../coreml_cache/cache_clear.h"
#include "../pressure/pressure_meter.h"
#include "load_ledger.h"
#include "papr/coreml_guard.h"
#include "papr/events.h"
#include "papr/result.h"

namespace papr {

/// What an explicit clear works with. Everything outlives it.
struct ExplicitClearParts {
  StateFile* state;         ///< null: where there is something to clear, that is an error
  PressureMeter* pressure;  ///< swap counts anew after a clear
  const Clock& clock;
  EventSink* events = nullptr;
};

struct ExplicitClear {
  const GuardOptions& options;
  Breadth breadth = Breadth::kMayClear;
  bool force = false;    ///< also within the cool-down
  bool dry_run = false;  ///< claims nothing, changes nothing
  SurveyProgress progress = {};
};

/// `claim` other than kGranted: the entries that would have gone are in report.kept, each with the
/// claim's reason.
struct ExplicitClearOutcome {
  ClearReport report;
  ClearClaim claim = ClearClaim::kGranted;
};

/// The clear that a person or program asked for: what is ours, and legacy entries nobody uses.
/// Claimed in the ledger first, so that nothing goes while a process of ours has a model loaded
/// (its next start clears first) or within the cool-down, which begins only when something was
/// removed. Events as `clear_caches`.
/// @error kNotFound  there is something to clear, and no state file to remember it in.
/// @error as `clear_caches` and the state file.
[[nodiscard]] Result<ExplicitClearOutcome> clear_explicitly(const ExplicitClear& wanted,
                                                            const ExplicitClearParts& parts);

}  // namespace papr
