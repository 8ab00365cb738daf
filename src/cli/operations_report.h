// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../model/planned_operation.h"
#include "report.h"

namespace papr::cli {

/// [{"type", "name", "weight", "preferred", "supported"}], in the order of the model.
[[nodiscard]] Json json_of(const std::vector<PlannedOperation>& operations);

/// How much of the work is where, then each operation with its share of it, what it runs on and
/// could run on: first those that are not on the neural engine, the most costly first. Pure.
[[nodiscard]] std::string text_of(const std::vector<PlannedOperation>& operations);

}  // namespace papr::cli
