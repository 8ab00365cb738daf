// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <openvino/op/broadcast.hpp>
#include <openvino/op/cum_sum.hpp>
#include <openvino/op/less.hpp>
#include <openvino/op/less_eq.hpp>
#include <openvino/op/maximum.hpp>
#include <openvino/op/minimum.hpp>
#include <openvino/op/not_equal.hpp>
#include <openvino/op/one_hot.hpp>
#include <openvino/op/pad.hpp>
#include <openvino/op/range.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/subtract.hpp>
#include <openvino/op/tile.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v1::LessEqual;

// The numbers 0, 1, … of an axis of `x`.
Value places(const Value& x, std::int64_t axis) {
  return make<ov::op::v4::Range>(integer_of(0), make<ov::op::v0::Squeeze>(length_of(x, axis)),
                                 integer_of(1), ov::element::i64);
}

// Keeps `lower` diagonals below the main one and `upper` above; negative keeps all.
Results band_part(const Operands& operands) {
  const Value x = operands.tensor("x");
  const auto rank = static_cast<std::int64_t>(rank_of(x));
  if (rank < 2) reject_corrupt("operand \"x\": no matrix");
  const std::int64_t lower = operands.integer("lower", -1);
  const std::int64_t upper = operands.integer("upper", -1);
  const Value rows = make<ov::op::v0::Unsqueeze>(places(x, rank - 2), integer_of(1));
  const Value columns = make<ov::op::v0::Unsqueeze>(places(x, rank - 1), integer_of(0));
  Value kept = x;
  const Value nothing = number_of(0, x.get_element_type());
  const auto keep = [&](const Value& from, const Value& to, std::int64_t most) {
    if (most < 0) return;
    const Value distance = make<ov::op::v1::Subtract>(to, from);
    kept = make<ov::op::v1::Select>(make<LessEqual>(distance, integer_of(most)), kept, nothing);
  };
  keep(columns, rows, lower);
  keep(rows, columns, upper);
  return kept;
}

Results cumsum(const Operands& operands) {
  const Value x = operands.tensor("x");
  return make<ov::op::v0::CumSum>(x, integer_of(operands.axis("axis", rank_of(x), 0)),
                                  operands.flag("exclusive", false),
                                  operands.flag("reverse", false));
}

Value filling(const Operands& operands, const char* name, float fallback) {
  return operands.has(name) ? operands.tensor(name) : number_of(fallback);
}

Results fill(const Operands& operands) {
  return make<ov::op::v3::Broadcast>(filling(operands, "value", 0), operands.shape("shape"));
}

Results fill_like(const Operands& operands) {
  return make<ov::op::v3::Broadcast>(filling(operands, "value", 0),
                                     lengths_of(operands.tensor("ref_tensor")));
}

Results one_hot(const Operands& operands) {
  const Value indices = operands.indices("indices");
  const Value on =
      operands.has("on_value") ? operands.tensor("on_value") : number_of(1, ov::element::i32);
  const Value off = operands.has("off_value") ? operands.tensor("off_value")
                                              : number_of(0, on.get_element_type());
  return make<ov::op::v1::OneHot>(indices, operands.indices("one_hot_vector_size"), on, off,
                                  operands.axis("axis", rank_of(indices) + 1, -1));
}

ov::op::PadMode pad_mode(const Operands& operands) {
  const std::string mode = operands.text("mode", "constant");
  if (mode == "constant") return ov::op::PadMode::CONSTANT;
  if (mode == "reflect") return ov::op::PadMode::REFLECT;
  if (mode == "replicate") return ov::op::PadMode::EDGE;
  reject_unsupported("mode \"" + mode + "\"");
}

// Two numbers for each of the last axes: how much before, how much behind.
Results pad(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const auto given = operands.integers("pad", 2 * Operands::kMostAxes);
  if (given.size() % 2 != 0 || given.size() > 2 * rank ||
      std::ranges::any_of(given, [](std::int64_t one) { return one < 0; })) {
    reject_corrupt("operand \"pad\"");
  }
  const std::size_t first = rank - given.size() / 2;
  std::vector<std::int64_t> before(rank, 0);
  std::vector<std::int64_t> behind(rank, 0);
  for (std::size_t axis = first; axis < rank; ++axis) {
    before[axis] = given[2 * (axis - first)];
    behind[axis] = given[2 * (axis - first) + 1];
  }
  const Value value = converted(filling(operands, "constant_val", 0), x.get_element_type());
  return make<ov::op::v1::Pad>(x, list_of(before), list_of(behind), value, pad_mode(operands));
}

// `step`, or an error when it is 0, by which OpenVINO would divide: repeated not at all it has no
// element that makes a scalar.
Value not_zero(const Value& step) {
  const Value differs = make<ov::op::v1::NotEqual>(step, number_of(0, step.get_element_type()));
  const Value count = converted(reshaped(differs, {1}), ov::element::i64);
  return reshaped(make<ov::op::v0::Tile>(reshaped(step, {1}), count), {});
}

// OpenVINO counts away from an end that lies on the other side, MIL gives nothing then.
Results range_1d(const Operands& operands) {
  const Value start = operands.tensor("start");
  const Value end = operands.tensor("end");
  const Value step = not_zero(operands.tensor("step"));
  const Value down = make<ov::op::v1::Less>(step, number_of(0, step.get_element_type()));
  const Value reached = make<ov::op::v1::Select>(down, make<ov::op::v1::Minimum>(end, start),  //
                                                 make<ov::op::v1::Maximum>(end, start));
  return make<ov::op::v4::Range>(start, reached, step, start.get_element_type());
}

}  // namespace

std::span<const OpEntry> fill_ops() {
  static constexpr OpEntry kOps[] = {
      {"band_part", "x lower upper", &band_part, "Range, LessEqual, Select"},
      {"cumsum", "x axis exclusive reverse", &cumsum, "CumSum", 1e-6},
      {"fill", "shape value", &fill, "Broadcast"},
      {"fill_like", "ref_tensor value", &fill_like, "ShapeOf, Broadcast"},
      {"one_hot", "indices one_hot_vector_size axis on_value off_value", &one_hot, "OneHot"},
      {"pad", "x pad mode constant_val", &pad, "Pad"},
      {"range_1d", "end start step", &range_1d, "Minimum, Maximum, Range"},
  };
  return kOps;
}

}  // namespace papr
