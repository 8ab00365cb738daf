// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "model_backend.h"
#include "planned_operation.h"
#include "verify_model.h"

namespace papr {

/// What a model did when it was tried.
struct ModelCheck {
  std::string backend;
  double cold_load_ms = 0;  ///< of the first load: with nothing that was compiled earlier, if asked
  /// From what the runtime kept of an earlier load; nothing where it keeps none.
  std::optional<double> warm_load_ms = {};
  Verification verification = {};
  std::vector<PlannedOperation> operations = {};  ///< where they were asked for
  bool kept = false;  ///< what was compiled is where the next load finds it
};

/// What a person can do about it, in words; empty where all is well. Pure.
[[nodiscard]] std::string advice_on(const Verification& verification);

struct CheckParts {
  ModelBackend& cold;               ///< loaded from first
  ModelBackend* keeping = nullptr;  ///< the same runtime with a folder for what it compiled
  const Clock& clock;
  double budget_ms = 150;
  LoadOptions how = {};
};

/// Loads the model, predicts with it, and where there is `keeping` loads it as a later start does.
/// Blocks; changes nothing but what the backends keep.
/// @error as ModelBackend::load and verify_model.
[[nodiscard]] Result<ModelCheck> check_model(const CheckParts& parts,
                                             const std::filesystem::path& package);

}  // namespace papr
