// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../base/cancel.h"
#include "../base/clock.h"
#include "../base/state_file.h"
#include "../pressure/pressure_meter.h"
#include "model_backend.h"
#include "papr/coreml_guard.h"
#include "papr/events.h"
#include "probe_in_child.h"
#include "process_history.h"
#include "verify_model.h"

namespace papr {

/// What the loader works with. Everything outlives it. With `state` null no file is touched, and
/// then nothing is ever cleared: nobody would remember it. That is meant for pressure source
/// "none".
struct GuardParts {
  ModelBackend& backend;
  PressureMeter& pressure;
  std::shared_ptr<const Clock> clock;
  StateFile* state = nullptr;
  EventSink* events = nullptr;
  ProcessHistory& process = this_process();
  /// Waits between two attempts; empty: really, in slices, so that `cancel` is seen within 50 ms.
  std::function<void(std::chrono::milliseconds, const CancelToken&)> wait = {};
  /// For a model that is not known to be good here; empty: every load is of this process alone.
  ModelProbe probe = {};
};

/// How a guarded load ended.
struct LoadOutcome {
  std::unique_ptr<LoadedModel> model;  ///< null: there is no model to be used, see `reason`
  bool degraded = false;               ///< a model is there, but not as wanted: see `reason`
  std::string reason;                  ///< empty when all is well
  std::vector<std::string> actions;    ///< what was done, in order: "cleared 1.2 GB of our cache"
  std::vector<Error> failures;         ///< of each attempt, in order
  bool retry_when_calm = false;        ///< not tried to the end, because memory is short
  /// Of the last model that was tried, which is `model` where there is one; its budget is the
  /// breaker's.
  std::optional<Verification> verification;
};

/// The error of a load of `package` that gave no model: what each attempt met.
[[nodiscard]] Error error_of(const LoadOutcome& outcome, const std::filesystem::path& package);

/// Loads a model as the policy says (load_policy.h): reads the pressure, clears our own cache where
/// that can help, loads, verifies, and tries again or gives up. Blocks; for one thread at a time.
///
/// Events: pressure_seen, cache_clear_started, cache_cleared, model_probe_finished{how, reason,
/// seconds}, load_started, load_finished{ok, code,
/// backend, placement, seconds}, placement_verified{placement, on_accelerator, warm_ms, budget_ms,
/// verdict, ok}, model_degraded{reason}, model_refused{reason}.
class GuardedLoader {
 public:
  GuardedLoader(GuardParts parts, GuardOptions options);

  /// Called off, it ends after the step it is in, without a model; a load that has begun cannot be
  /// stopped.
  [[nodiscard]] LoadOutcome load(const std::filesystem::path& package, CancelToken cancel = {});

 private:
  GuardParts parts_;
  GuardOptions options_;
};

}  // namespace papr
