// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "papr/model.h"

namespace papr {

/// One operation of a model, as its runtime means to run it.
struct PlannedOperation {
  std::string type = {};  ///< as the runtime names it: "ios17.linear", "FullyConnected"
  std::string name = {};  ///< of what it computes; may be empty
  /// Its share of the work of a prediction. nullopt: the runtime does not say. May be NaN.
  std::optional<double> weight;
  Placement preferred = Placement::kUnknown;
  std::vector<Placement> supported = {};  ///< where it could run
};

/// What it runs on: what it prefers, or the only device that it could run on.
[[nodiscard]] inline Placement device_of(const PlannedOperation& operation) {
  if (operation.preferred != Placement::kUnknown) return operation.preferred;
  return operation.supported.size() == 1 ? operation.supported.front() : Placement::kUnknown;
}

}  // namespace papr
