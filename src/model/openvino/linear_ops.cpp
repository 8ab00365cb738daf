// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <openvino/op/add.hpp>
#include <openvino/op/einsum.hpp>
#include <openvino/op/matmul.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v0::MatMul;

// x [..., in], weight [out, in], bias [out].
Results linear(const Operands& operands) {
  const Value weight = operands.matrix("weight");
  if (rank_of(weight) != 2 || !weight.get_element_type().is_real())
    reject_corrupt("operand \"weight\": not a matrix");
  const Value product = make<MatMul>(operands.floats("x"), weight, false, /*transpose_b=*/true);
  if (!operands.has("bias")) return product;
  const Value bias = operands.floats("bias");
  if (rank_of(bias) != 1) reject_corrupt("operand \"bias\": not a list");
  return make<ov::op::v1::Add>(product, bias);
}

Results matmul(const Operands& operands) {
  const bool transposed = operands.flag("transpose_y", false);
  const Value y = transposed ? operands.matrix("y") : operands.floats("y");
  if (!y.get_element_type().is_real()) reject_corrupt("operand \"y\": no floats");
  return make<MatMul>(operands.floats("x"), y, operands.flag("transpose_x", false), transposed);
}

Results einsum(const Operands& operands) {
  const std::vector<Value> values = operands.tensors("values");
  for (const Value& value : values) {
    if (!value.get_element_type().is_real()) reject_unsupported("an einsum of integers");
  }
  std::string equation = operands.text("equation");
  std::erase(equation, ' ');
  return make<ov::op::v7::Einsum>(values, equation);
}

}  // namespace

std::span<const OpEntry> linear_ops() {
  static constexpr OpEntry kOps[] = {
      {"einsum", "values equation", &einsum, "Einsum", 1e-6},
      {"linear", "x weight bias", &linear, "MatMul, Add", 1e-6},
      {"matmul", "x y transpose_x transpose_y", &matmul, "MatMul", 1e-6},
  };
  return kOps;
}

}  // namespace papr
