// SPDX-License-Identifier: Apache-2.0
#include <openvino/op/add.hpp>
#include <openvino/op/clamp.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/elu.hpp>
#include <openvino/op/gelu.hpp>
#include <openvino/op/greater_eq.hpp>
#include <openvino/op/hard_sigmoid.hpp>
#include <openvino/op/minimum.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/prelu.hpp>
#include <openvino/op/relu.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/sigmoid.hpp>
#include <openvino/op/softmax.hpp>
#include <openvino/op/softplus.hpp>
#include <openvino/op/softsign.hpp>
#include <openvino/op/swish.hpp>
#include <openvino/op/tanh.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v1::Multiply;

template <class Op>
Results activation(const Operands& operands) {
  return make<Op>(operands.floats("x"));
}

// Both of these are required by the ops that have them.
Value alpha(const Operands& operands) { return number_of(operands.number("alpha", 1)); }
Value beta(const Operands& operands) { return number_of(operands.number("beta", 0)); }

Results clamped_relu(const Operands& operands) {
  const Value leaky = make<ov::op::v0::PRelu>(operands.floats("x"), alpha(operands));
  return make<ov::op::v1::Minimum>(leaky, beta(operands));
}

Results elu(const Operands& operands) {
  return make<ov::op::v0::Elu>(operands.floats("x"), operands.number("alpha", 1));
}

Results gelu(const Operands& operands) {
  const std::string mode = operands.text("mode", "EXACT");
  const Value x = operands.floats("x");
  if (mode == "EXACT") return make<ov::op::v7::Gelu>(x, ov::op::GeluApproximationMode::ERF);
  if (mode == "TANH_APPROXIMATION") {
    return make<ov::op::v7::Gelu>(x, ov::op::GeluApproximationMode::TANH);
  }
  if (mode == "SIGMOID_APPROXIMATION") return make<ov::op::v4::Swish>(x, number_of(1.702f));
  reject_unsupported("mode \"" + mode + "\"");
}

Results leaky_relu(const Operands& operands) {
  return make<ov::op::v0::PRelu>(operands.floats("x"), alpha(operands));
}

Results linear_activation(const Operands& operands) {
  return make<ov::op::v1::Add>(make<Multiply>(operands.floats("x"), alpha(operands)),
                               beta(operands));
}

Results prelu(const Operands& operands) {
  const Value x = operands.floats("x");
  const Value slope = operands.floats("alpha");
  if (rank_of(slope) != 1 || rank_of(x) < 2) reject_corrupt("operand \"alpha\": not by channels");
  return make<ov::op::v0::PRelu>(x, slope);
}

Results relu6(const Operands& operands) {
  return make<ov::op::v0::Clamp>(operands.floats("x"), 0.0, 6.0);
}

Results scaled_tanh(const Operands& operands) {
  const Value inner = make<Multiply>(operands.floats("x"), beta(operands));
  return make<Multiply>(make<ov::op::v0::Tanh>(inner), alpha(operands));
}

Results sigmoid_hard(const Operands& operands) {
  return make<ov::op::v0::HardSigmoid>(operands.floats("x"), alpha(operands), beta(operands));
}

Results silu(const Operands& operands) { return make<ov::op::v4::Swish>(operands.floats("x")); }

Results softmax(const Operands& operands) {
  const Value x = operands.floats("x");
  return make<ov::op::v8::Softmax>(x, operands.axis("axis", rank_of(x), -1));
}

Results softplus_parametric(const Operands& operands) {
  const Value x = operands.floats("x");
  const std::size_t rank = rank_of(x);
  const Value inner = make<Multiply>(x, per_channel(operands.floats("beta"), rank));
  return make<Multiply>(make<ov::op::v4::SoftPlus>(inner),
                        per_channel(operands.floats("alpha"), rank));
}

Results thresholded_relu(const Operands& operands) {
  const Value x = operands.floats("x");
  return make<ov::op::v1::Select>(make<ov::op::v1::GreaterEqual>(x, alpha(operands)), x,
                                  number_of(0));
}

}  // namespace

std::span<const OpEntry> activation_ops() {
  static constexpr OpEntry kOps[] = {
      {"clamped_relu", "x alpha beta", &clamped_relu, "PRelu, Minimum", 1e-6},
      {"elu", "x alpha", &elu, "Elu", 1e-6},
      {"gelu", "x mode", &gelu, "Gelu; Swish for SIGMOID_APPROXIMATION", 2e-6},
      {"leaky_relu", "x alpha", &leaky_relu, "PRelu", 1e-6},
      {"linear_activation", "x alpha beta", &linear_activation, "Multiply, Add", 1e-6},
      {"prelu", "x alpha", &prelu, "PRelu", 1e-6},
      {"relu", "x", &activation<ov::op::v0::Relu>, "Relu"},
      {"relu6", "x", &relu6, "Clamp"},
      {"scaled_tanh", "x alpha beta", &scaled_tanh, "Multiply, Tanh", 1e-6},
      {"sigmoid", "x", &activation<ov::op::v0::Sigmoid>, "Sigmoid", 1e-6},
      {"sigmoid_hard", "x alpha beta", &sigmoid_hard, "HardSigmoid", 1e-6},
      {"silu", "x", &silu, "Swish", 1e-6},
      {"softmax", "x axis", &softmax, "Softmax", 1e-6},
      {"softplus", "x", &activation<ov::op::v4::SoftPlus>, "SoftPlus", 1e-6},
      {"softplus_parametric", "x alpha beta", &softplus_parametric, "Multiply, SoftPlus", 1e-6},
      {"softsign", "x", &activation<ov::op::v9::SoftSign>, "SoftSign", 1e-6},
      {"thresholded_relu", "x alpha", &thresholded_relu, "GreaterEqual, Select"},
  };
  return kOps;
}

}  // namespace papr
