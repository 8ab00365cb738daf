// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "papr/model.h"
#include "papr/result.h"

namespace papr {

using Predict = std::function<Result<std::vector<Tensor>>(std::span<const TensorView>)>;

/// Fills in the shapes of outputs of which the description has none, as it is with every model
/// whose inputs have ranges. They are seen in two small predictions whose inputs differ in every
/// length that may differ: an axis that did not change is fixed, of the others only the shorter
/// length is known. No prediction where all shapes are described.
/// @error what a prediction met, or as make_probe_inputs.
[[nodiscard]] Result<> find_output_shapes(ModelInfo& info, const Predict& predict);

}  // namespace papr
