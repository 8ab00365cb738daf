// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "../planned_operation.h"

namespace papr {

/// What a plan comes to.
struct PlanPlacement {
  Placement placement = Placement::kUnknown;
  std::optional<double> neural_engine_share;  ///< of the work, [0, 1]; nullopt: no weights
  std::size_t operations = 0;
  std::size_t unknown = 0;  ///< of these: weight or device is not known
};

/// Where a model runs by its plan: on the neural engine where at least 80 % of the work prefer it,
/// else where most of the work is; unknown where what the plan does not say could change that.
/// Pure.
[[nodiscard]] PlanPlacement placement_of_plan(std::span<const PlannedOperation> operations);

}  // namespace papr
