// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <openvino/op/add.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/gelu.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/mvn.hpp>
#include <openvino/op/softmax.hpp>

#include "bad_program.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v0::MatMul;

Value gelu(const Operands& operands) {
  const std::string mode = operands.text("mode", "EXACT");
  const Value x = operands.floats("x");
  if (mode == "EXACT") {
    return std::make_shared<ov::op::v7::Gelu>(x, ov::op::GeluApproximationMode::ERF);
  }
  if (mode == "TANH_APPROXIMATION") {
    return std::make_shared<ov::op::v7::Gelu>(x, ov::op::GeluApproximationMode::TANH);
  }
  reject_unsupported("mode \"" + mode + "\"");
}

// Multiplies or adds a per-axis parameter, whose shape is that of the normalised axes.
template <class Op>
Value apply(const Operands& operands, const std::string& name, const Value& x, std::size_t axes) {
  if (!operands.has(name)) return x;
  const Value parameter = operands.floats(name);
  if (rank_of(parameter) != axes) {
    reject_corrupt("operand \"" + name + "\": " + std::to_string(rank_of(parameter)) +
                   " axes, normalised are " + std::to_string(axes));
  }
  return std::make_shared<Op>(x, parameter);
}

Value layer_norm(const Operands& operands) {
  const Value x = operands.floats("x");
  const std::size_t rank = rank_of(x);
  const std::vector<std::int64_t> axes = operands.axes("axes", rank);
  if (axes.empty()) reject_corrupt("operand \"axes\": an empty list");
  // gamma and beta line up with the last axes by broadcasting; others would need a transpose.
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] != static_cast<std::int64_t>(rank - axes.size() + i)) {
      reject_unsupported("axes that are not the last ones");
    }
  }
  const float epsilon = operands.number("epsilon", 1e-5f);
  if (!(epsilon >= 0)) reject_corrupt("operand \"epsilon\": negative");
  const auto list = ov::op::v0::Constant::create(ov::element::i64, ov::Shape{axes.size()}, axes);
  const Value normal = std::make_shared<ov::op::v6::MVN>(x, list, /*normalize_variance=*/true,
                                                         epsilon, ov::op::MVNEpsMode::INSIDE_SQRT);
  const Value scaled = apply<ov::op::v1::Multiply>(operands, "gamma", normal, axes.size());
  return apply<ov::op::v1::Add>(operands, "beta", scaled, axes.size());
}

// x [..., in], weight [out, in], bias [out].
Value linear(const Operands& operands) {
  const Value weight = operands.floats("weight");
  if (rank_of(weight) != 2) reject_corrupt("operand \"weight\": not a matrix");
  const Value product =
      std::make_shared<MatMul>(operands.floats("x"), weight, false, /*transpose_b=*/true);
  if (!operands.has("bias")) return product;
  const Value bias = operands.floats("bias");
  if (rank_of(bias) != 1) reject_corrupt("operand \"bias\": not a list");
  return std::make_shared<ov::op::v1::Add>(product, bias);
}

Value matmul(const Operands& operands) {
  return std::make_shared<MatMul>(operands.floats("x"), operands.floats("y"),
                                  operands.flag("transpose_x", false),
                                  operands.flag("transpose_y", false));
}

Value softmax(const Operands& operands) {
  const Value x = operands.floats("x");
  return std::make_shared<ov::op::v8::Softmax>(x, operands.axis("axis", rank_of(x), -1));
}

}  // namespace

std::span<const OpEntry> neural_ops() {
  static constexpr OpEntry kOps[] = {
      {"gelu", "x mode", &gelu},
      {"layer_norm", "x axes gamma beta epsilon", &layer_norm},
      {"linear", "x weight bias", &linear},
      {"matmul", "x y transpose_x transpose_y", &matmul},
      {"softmax", "x axis", &softmax},
  };
  return kOps;
}

}  // namespace papr
