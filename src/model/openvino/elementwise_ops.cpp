// SPDX-License-Identifier: Apache-2.0
// Ops of two operands, and the choice between them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <openvino/op/add.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/equal.hpp>
#include <openvino/op/floor.hpp>
#include <openvino/op/floor_mod.hpp>
#include <openvino/op/greater.hpp>
#include <openvino/op/greater_eq.hpp>
#include <openvino/op/less.hpp>
#include <openvino/op/less_eq.hpp>
#include <openvino/op/logical_and.hpp>
#include <openvino/op/logical_or.hpp>
#include <openvino/op/logical_xor.hpp>
#include <openvino/op/maximum.hpp>
#include <openvino/op/minimum.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/not_equal.hpp>
#include <openvino/op/power.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/subtract.hpp>

#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

// Shapes broadcast as NumPy's do, in MIL as in OpenVINO.
template <class Op>
Results binary(const Operands& operands) {
  return make<Op>(operands.tensor("x"), operands.tensor("y"));
}

// Constants that a float holds exactly, and their neighbours too.
bool is_small(const Value& value) {
  const auto* const constant = ov::as_type<ov::op::v0::Constant>(value.get_node());
  return constant != nullptr &&
         std::ranges::all_of(constant->cast_vector<std::int64_t>(), [](std::int64_t number) {
           return std::abs(number) < (std::int64_t{1} << 24);
         });
}

// OpenVINO compares integers as floats, which is exact next to a small one. The difference of two
// others has the sign that the comparison asks for, but where it is too large for an integer: then
// their signs differ, and floats will do.
template <class Op>
Results compare(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Value y = operands.tensor("y");
  const Value as_floats = make<Op>(x, y);
  if (x.get_element_type() != ov::element::i32 || is_small(x) || is_small(y)) return as_floats;
  const Value zero = number_of(0, ov::element::i32);
  const Value apart = make<ov::op::v1::LogicalXor>(make<ov::op::v1::Less>(x, zero),
                                                   make<ov::op::v1::Less>(y, zero));
  return make<ov::op::v1::Select>(apart, as_floats,
                                  make<Op>(make<ov::op::v1::Subtract>(x, y), zero));
}

// Core ML's quotient of integers is not that of OpenVINO, and no converter writes it.
Results real_div(const Operands& operands) {
  return make<ov::op::v1::Divide>(operands.floats("x"), operands.floats("y"));
}

// The quotient without the remainder is whole, so rounding it cannot go to the next number.
Results floor_div(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Value y = operands.tensor("y");
  const Value whole = make<ov::op::v1::Subtract>(x, make<ov::op::v1::FloorMod>(x, y));
  const Value quotient = make<ov::op::v1::Divide>(whole, y);
  if (!quotient.get_element_type().is_real()) return quotient;
  return make<ov::op::v0::Floor>(make<ov::op::v1::Add>(quotient, number_of(0.5f)));
}

Results select(const Operands& operands) {
  return make<ov::op::v1::Select>(operands.tensor("cond"), operands.tensor("a"),
                                  operands.tensor("b"));
}

}  // namespace

std::span<const OpEntry> elementwise_ops() {
  static constexpr OpEntry kOps[] = {
      {"add", "x y", &binary<ov::op::v1::Add>, "Add"},
      {"equal", "x y", &compare<ov::op::v1::Equal>, "Equal"},
      {"floor_div", "x y", &floor_div,
       "FloorMod, Divide; integers up to 2^24, of floats one off next to a multiple", 1e-6},
      {"greater", "x y", &compare<ov::op::v1::Greater>, "Greater"},
      {"greater_equal", "x y", &compare<ov::op::v1::GreaterEqual>, "GreaterEqual"},
      {"less", "x y", &compare<ov::op::v1::Less>, "Less"},
      {"less_equal", "x y", &compare<ov::op::v1::LessEqual>, "LessEqual"},
      {"logical_and", "x y", &binary<ov::op::v1::LogicalAnd>, "LogicalAnd"},
      {"logical_or", "x y", &binary<ov::op::v1::LogicalOr>, "LogicalOr"},
      {"logical_xor", "x y", &binary<ov::op::v1::LogicalXor>, "LogicalXor"},
      {"maximum", "x y", &binary<ov::op::v1::Maximum>, "Maximum"},
      {"minimum", "x y", &binary<ov::op::v1::Minimum>, "Minimum"},
      {"mod", "x y", &binary<ov::op::v1::FloorMod>,
       "FloorMod; integers up to 2^24, of floats one `y` off next to a multiple", 1e-6},
      {"mul", "x y", &binary<ov::op::v1::Multiply>, "Multiply"},
      {"not_equal", "x y", &compare<ov::op::v1::NotEqual>, "NotEqual"},
      {"pow", "x y", &binary<ov::op::v1::Power>, "Power", 2e-6},
      {"real_div", "x y", &real_div, "Divide", 2e-7},
      {"select", "cond a b", &select, "Select"},
      {"sub", "x y", &binary<ov::op::v1::Subtract>, "Subtract"},
  };
  return kOps;
}

}  // namespace papr
