// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openvino/core/node_output.hpp>

#include "literal.h"
#include "weight_blocks.h"

namespace papr {

/// A matrix of 8 or 4 bits with a scale for each row, or for each of the blocks that rows consist
/// of.
struct WeightMatrix {
  Literal data;
  Shift shift;
  ov::element::Type type;  ///< of what it stands for
};

/// True when these make a WeightMatrix.
[[nodiscard]] bool is_matrix(const Literal& data, const ov::Shape& blocks);

/// What it stands for, rounded to its type.
[[nodiscard]] Literal expanded(const WeightMatrix& matrix);

/// What it stands for as nodes that OpenVINO does not expand where a product takes the matrix
/// transposed, or where rows are taken from it. Anywhere else they give wrong products (OpenVINO
/// 2026.4: a scale of what is summed over is applied to what is not), or are refused.
[[nodiscard]] ov::Output<ov::Node> in_graph(const WeightMatrix& matrix);

}  // namespace papr
