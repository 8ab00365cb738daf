// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "../model/model_backend.h"
#include "papr/result.h"

namespace papr {

/// The values of a float16 or float32 tensor.
/// @error kCorrupt  its type is another, or its bytes do not fit its shape.
[[nodiscard]] Result<std::vector<float>> float_values(const Tensor& tensor);

/// Mean over the first `count` rows of `hidden` ([>= count, dim], row-major), as sentence
/// transformers' "mean pooling". `count` > 0.
[[nodiscard]] std::vector<float> mean_of_rows(std::span<const float> hidden, std::size_t count,
                                              std::size_t dim);

/// `values` scaled to L2 norm 1.
/// @error kCorrupt  a value is NaN or infinite, or all are zero: what a broken accelerator gives.
[[nodiscard]] Result<std::vector<float>> unit_vector(std::span<const float> values);

}  // namespace papr
