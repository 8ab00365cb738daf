// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "../base/state_file.h"
#include "../pressure/pressure_meter.h"
#include "model_backend.h"
#include "papr/coreml_guard.h"
#include "papr/events.h"

namespace papr {

/// What the loader works with. Everything outlives it; `state` and `events` may be null.
struct GuardParts {
  ModelBackend& backend;
  PressureMeter& pressure;
  std::shared_ptr<const Clock> clock;
  StateFile* state = nullptr;
  EventSink* events = nullptr;
};

/// How a guarded load ended.
struct LoadOutcome {
  std::unique_ptr<LoadedModel> model;  ///< null: there is no model to be used, see `reason`
  bool degraded = false;               ///< a model is there, but not as wanted: see `reason`
  std::string reason;                  ///< empty when all is well
  std::vector<std::string> actions;    ///< what was done, in order: "cleared 1.2 GB of our cache"
  std::vector<Error> failures;         ///< of each attempt, in order
  bool retry_when_calm = false;        ///< not tried to the end, because memory is short
};

/// Loads a model as the policy says (load_policy.h): reads the pressure, clears our own cache where
/// that can help, loads, verifies, and tries again or gives up. Blocks; for one thread at a time.
class GuardedLoader {
 public:
  GuardedLoader(GuardParts parts, GuardOptions options);
  [[nodiscard]] LoadOutcome load(const std::filesystem::path& package);

 private:
  GuardParts parts_;
  GuardOptions options_;
};

}  // namespace papr
