// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "../base/clock.h"
#include "model_backend.h"
#include "verify_model.h"

namespace papr {

/// What a model did when it was tried.
struct ModelCheck {
  std::string backend;
  double cold_load_ms = 0;  ///< with nothing that was compiled earlier
  /// From what the runtime kept of an earlier load; nothing where it keeps none.
  std::optional<double> warm_load_ms;
  Verification verification;
};

/// What a person can do about it, in words; empty where all is well. Pure.
[[nodiscard]] std::string advice_on(const Verification& verification);

struct CheckParts {
  ModelBackend& cold;               ///< keeps nothing between loads
  ModelBackend* keeping = nullptr;  ///< the same runtime with a folder for what it compiled
  const Clock& clock;
  double budget_ms = 150;
  std::string function = {};  ///< which one; empty: the model's default
};

/// Loads the model as a first start does, predicts with it, and loads it as a later start does.
/// Blocks; changes nothing but what `keeping` keeps.
/// @error as ModelBackend::load and verify_model.
[[nodiscard]] Result<ModelCheck> check_model(const CheckParts& parts,
                                             const std::filesystem::path& package);

}  // namespace papr
