// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "papr/model.h"
#include "papr/result.h"

namespace papr {

/// Matches what a caller gives with what the model wants. Result [i] belongs to `info.inputs[i]`,
/// and is null where that is optional and not given.
/// @error kInvalidArgument  as LoadedModel::run.
[[nodiscard]] Result<std::vector<const TensorView*>> match_inputs(
    const ModelInfo& info, std::span<const TensorView> inputs);

}  // namespace papr
