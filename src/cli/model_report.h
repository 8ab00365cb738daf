// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "papr/model.h"
#include "report.h"

namespace papr::cli {

/// [{"name", "shape", "type"}]: a fixed axis is a number, a flexible one [shortest, longest] with
/// null where there is no bound.
[[nodiscard]] Json json_of(const std::vector<TensorInfo>& tensors);

/// {"verdict", "placement", "on_accelerator", "first_ms", "warm_ms", "budget_ms", "problem"}
[[nodiscard]] Json json_of(const Verification& verification);

/// "input_ids [1..64, 1..512] int32"
[[nodiscard]] std::string text_of(const TensorInfo& tensor);

}  // namespace papr::cli
