// SPDX-License-Identifier: Apache-2.0
// Ops on each element by itself.
#include <openvino/op/abs.hpp>
#include <openvino/op/acos.hpp>
#include <openvino/op/add.hpp>
#include <openvino/op/asin.hpp>
#include <openvino/op/atan.hpp>
#include <openvino/op/atanh.hpp>
#include <openvino/op/ceiling.hpp>
#include <openvino/op/clamp.hpp>
#include <openvino/op/cos.hpp>
#include <openvino/op/cosh.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/erf.hpp>
#include <openvino/op/exp.hpp>
#include <openvino/op/floor.hpp>
#include <openvino/op/log.hpp>
#include <openvino/op/logical_not.hpp>
#include <openvino/op/maximum.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/not_equal.hpp>
#include <openvino/op/power.hpp>
#include <openvino/op/round.hpp>
#include <openvino/op/sign.hpp>
#include <openvino/op/sin.hpp>
#include <openvino/op/sinh.hpp>
#include <openvino/op/sqrt.hpp>
#include <openvino/op/tan.hpp>
#include <openvino/op/tanh.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "mil_types.h"
#include "op_table.h"

namespace papr {
namespace {

template <class Op>
Results unary(const Operands& operands) {
  return make<Op>(operands.tensor("x"));
}

Results cast(const Operands& operands) {
  const ov::element::Type type = widened(element_type_of(operands.text("dtype")));
  const Value x = operands.tensor("x");
  if (type == ov::element::boolean && x.get_element_type() != type) {
    return make<ov::op::v1::NotEqual>(x, number_of(0, x.get_element_type()));
  }
  return converted(x, type);
}

Results clip(const Operands& operands) {
  const float low = operands.number("alpha", 0);
  const float high = operands.number("beta", 1);
  if (!(low <= high)) reject_corrupt("operand \"alpha\": above \"beta\"");
  return make<ov::op::v0::Clamp>(operands.floats("x"), low, high);
}

Results exp2(const Operands& operands) {
  return make<ov::op::v1::Power>(number_of(2), operands.floats("x"));
}

// x + epsilon, which keeps a divisor or a logarithm away from 0.
Value shifted(const Operands& operands, float epsilon) {
  const Value x = operands.floats("x");
  return make<ov::op::v1::Add>(x, number_of(operands.number("epsilon", epsilon)));
}

Results inverse(const Operands& operands) {
  return make<ov::op::v1::Divide>(number_of(1), shifted(operands, 1e-4f));
}

Results log(const Operands& operands) { return make<ov::op::v0::Log>(shifted(operands, 1e-45f)); }

Results round(const Operands& operands) {
  return make<ov::op::v5::Round>(operands.floats("x"), ov::op::v5::Round::RoundMode::HALF_TO_EVEN);
}

Results rsqrt(const Operands& operands) {
  return make<ov::op::v1::Divide>(number_of(1), make<ov::op::v0::Sqrt>(shifted(operands, 1e-12f)));
}

Results square(const Operands& operands) {
  const Value x = operands.tensor("x");
  return make<ov::op::v1::Multiply>(x, x);
}

Results threshold(const Operands& operands) {
  return make<ov::op::v1::Maximum>(operands.floats("x"), number_of(operands.number("alpha", 0)));
}

Results identity(const Operands& operands) { return operands.tensor("x"); }

}  // namespace

std::span<const OpEntry> unary_ops() {
  static constexpr OpEntry kOps[] = {
      {"abs", "x", &unary<ov::op::v0::Abs>, "Abs"},
      {"acos", "x", &unary<ov::op::v0::Acos>, "Acos", 1e-6},
      {"asin", "x", &unary<ov::op::v0::Asin>, "Asin", 1e-6},
      {"atan", "x", &unary<ov::op::v0::Atan>, "Atan", 1e-6},
      {"atanh", "x", &unary<ov::op::v3::Atanh>, "Atanh", 1e-6},
      {"cast", "x dtype", &cast, "Convert; what a small integer cannot hold stays as it is"},
      {"ceil", "x", &unary<ov::op::v0::Ceiling>, "Ceiling"},
      {"clip", "x alpha beta", &clip, "Clamp"},
      {"cos", "x", &unary<ov::op::v0::Cos>, "Cos", 1e-6},
      {"cosh", "x", &unary<ov::op::v0::Cosh>, "Cosh", 1e-6},
      {"erf", "x", &unary<ov::op::v0::Erf>, "Erf", 1e-6},
      {"exp", "x", &unary<ov::op::v0::Exp>, "Exp", 1e-6},
      {"exp2", "x", &exp2, "Power", 1e-6},
      {"floor", "x", &unary<ov::op::v0::Floor>, "Floor"},
      {"identity", "x", &identity, "none"},
      {"inverse", "x epsilon", &inverse, "Add, Divide", 1e-6},
      {"log", "x epsilon", &log, "Add, Log", 1e-6},
      {"logical_not", "x", &unary<ov::op::v1::LogicalNot>, "LogicalNot"},
      {"round", "x", &round, "Round"},
      {"rsqrt", "x epsilon", &rsqrt, "Add, Sqrt, Divide", 1e-6},
      {"sign", "x", &unary<ov::op::v0::Sign>, "Sign"},
      {"sin", "x", &unary<ov::op::v0::Sin>, "Sin", 1e-6},
      {"sinh", "x", &unary<ov::op::v0::Sinh>, "Sinh", 1e-6},
      {"sqrt", "x", &unary<ov::op::v0::Sqrt>, "Sqrt", 1e-6},
      {"square", "x", &square, "Multiply"},
      {"tan", "x", &unary<ov::op::v0::Tan>, "Tan", 1e-6},
      {"tanh", "x", &unary<ov::op::v0::Tanh>, "Tanh", 1e-6},
      {"threshold", "x alpha", &threshold, "Maximum"},
  };
  return kOps;
}

}  // namespace papr
