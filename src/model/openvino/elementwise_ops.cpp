// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <openvino/op/add.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/greater_eq.hpp>
#include <openvino/op/maximum.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/subtract.hpp>

#include "mil_types.h"
#include "op_table.h"

namespace papr {
namespace {

// Shapes broadcast as NumPy's do, in MIL as in OpenVINO.
template <class Op>
Value binary(const Operands& operands) {
  return std::make_shared<Op>(operands.tensor("x"), operands.tensor("y"));
}

// Core ML's quotient of integers is not that of OpenVINO, and no converter writes it.
Value real_div(const Operands& operands) {
  return std::make_shared<ov::op::v1::Divide>(operands.floats("x"), operands.floats("y"));
}

Value cast(const Operands& operands) {
  const ov::element::Type type = widened(element_type_of(operands.text("dtype")));
  const Value x = operands.tensor("x");
  if (x.get_element_type() == type) return x;
  return std::make_shared<ov::op::v0::Convert>(x, type);
}

Value select(const Operands& operands) {
  return std::make_shared<ov::op::v1::Select>(operands.tensor("cond"), operands.tensor("a"),
                                              operands.tensor("b"));
}

}  // namespace

std::span<const OpEntry> elementwise_ops() {
  static constexpr OpEntry kOps[] = {
      {"add", "x y", &binary<ov::op::v1::Add>},
      {"cast", "x dtype", &cast},
      {"greater_equal", "x y", &binary<ov::op::v1::GreaterEqual>},
      {"maximum", "x y", &binary<ov::op::v1::Maximum>},
      {"mul", "x y", &binary<ov::op::v1::Multiply>},
      {"real_div", "x y", &real_div},
      {"select", "cond a b", &select},
      {"sub", "x y", &binary<ov::op::v1::Subtract>},
  };
  return kOps;
}

}  // namespace papr
