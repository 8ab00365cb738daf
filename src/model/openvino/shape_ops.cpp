// SPDX-License-Identifier: Apache-2.0
// Ops that leave every element as it is and put it elsewhere.
#include <limits>
#include <memory>
#include <openvino/op/concat.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/reverse_sequence.hpp>
#include <openvino/op/shape_of.hpp>
#include <openvino/op/slice.hpp>
#include <openvino/op/split.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/tile.hpp>
#include <openvino/op/transpose.hpp>
#include <openvino/op/unsqueeze.hpp>
#include <openvino/op/variadic_split.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v0::Concat;
using ov::op::v0::Unsqueeze;

constexpr std::size_t kMostParts = 1024;

Value stacked(const std::vector<Value>& values, std::int64_t axis) {
  ov::OutputVector raised;
  for (const Value& value : values) raised.push_back(make<Unsqueeze>(value, integer_of(axis)));
  return make<Concat>(raised, axis);
}

// Interleaved, the first of each come first: stacked behind the axis, and the two made one again.
Results concat(const Operands& operands) {
  const std::vector<Value> values = operands.tensors("values");
  const std::size_t rank = rank_of(values.front());
  if (rank == 0) return stacked(values, 0);
  const std::int64_t axis = operands.axis("axis", rank);
  if (!operands.flag("interleave", false)) return make<Concat>(values, axis);
  const Value pairs = stacked(values, axis + 1);
  ov::OutputVector shape;
  for (const std::int64_t one : axes_between(0, rank)) {
    shape.push_back(one == axis ? list_of({-1}) : length_of(values.front(), one));
  }
  return make<ov::op::v1::Reshape>(pairs, make<Concat>(shape, 0), /*special_zero=*/false);
}

Results expand_dims(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t added = operands.integers("axes").size();
  if (added == 0) reject_corrupt("operand \"axes\": an empty list");
  return make<Unsqueeze>(x, list_of(operands.axes("axes", rank_of(x) + added)));
}

// All axes before `axis` become one, and so do the others.
Results flatten2d(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const std::int64_t given = operands.integer("axis", 1);
  const std::int64_t axis = given < 0 ? given + static_cast<std::int64_t>(rank) : given;
  if (axis < 0 || axis > static_cast<std::int64_t>(rank)) reject_corrupt("operand \"axis\"");
  if (axis == 0) return make<ov::op::v1::Reshape>(x, list_of({1, -1}), false);
  Value rows = length_of(x, 0);
  if (axis > 1) {
    ov::OutputVector lengths;
    for (const auto one : axes_between(0, static_cast<std::size_t>(axis))) {
      lengths.push_back(length_of(x, one));
    }
    rows = lengths.front();
    for (std::size_t i = 1; i < lengths.size(); ++i) {
      rows = make<ov::op::v1::Multiply>(rows, lengths[i]);
    }
  }
  const Value shape = make<Concat>(ov::OutputVector{rows, list_of({-1})}, 0);
  return make<ov::op::v1::Reshape>(x, shape, false);
}

// False when no element of `shape` can be 0, as OpenVINO found when it made an op of it.
bool may_hold_zero(const Value& shape) {
  const ov::Tensor& least = shape.get_tensor().get_lower_value();
  const ov::Tensor& most = shape.get_tensor().get_upper_value();
  if (!least || !most) return true;
  for (std::size_t i = 0; i < least.get_size(); ++i) {
    if (least.data<std::int32_t>()[i] <= 0 && most.data<std::int32_t>()[i] >= 0) return true;
  }
  return false;
}

// The elements of `x` in another shape of `rank`, whose first axes are as long as the last of `x`.
Value right_aligned(const Value& x, std::size_t rank) {
  const std::size_t given = rank_of(x);
  if (given < rank) return make<Unsqueeze>(x, list_of(axes_between(0, rank - given)));
  ov::OutputVector lengths;
  for (const std::int64_t axis : axes_between(given - rank, given)) {
    lengths.push_back(length_of(x, axis));
  }
  lengths.push_back(list_of({-1}));
  return make<ov::op::v1::Reshape>(x, make<Concat>(lengths, 0), /*special_zero=*/false);
}

// A 0 keeps the length of an axis, a -1 takes what is left. Axes are counted from the last one:
// since iOS 17; before, there had to be as many as in `x`. OpenVINO counts from the first.
Results reshape(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Value shape = operands.shape("shape");
  const std::size_t rank = shape.get_shape()[0];
  if (rank_of(x) == rank) return make<ov::op::v1::Reshape>(x, shape, /*special_zero=*/true);
  const Value made = make<ov::op::v1::Reshape>(right_aligned(x, rank), shape, true);
  if (may_hold_zero(shape)) return made;
  return make<ov::op::v1::Reshape>(x, shape, /*special_zero=*/false);
}

// Parts of the shapes of other tensors, one after the other.
Results reshape_like(const Operands& operands) {
  const std::vector<Value> references = operands.tensors("ref_tensors");
  const auto begins = operands.constants("begins");
  const auto ends = operands.constants("ends");
  const auto masks = operands.constants("end_masks");
  if (begins.size() != references.size() || ends.size() != references.size() ||
      masks.size() != references.size()) {
    reject_corrupt("operand \"ref_tensors\": not as many as \"begins\", \"ends\", \"end_masks\"");
  }
  ov::OutputVector parts;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto rank = static_cast<std::int64_t>(rank_of(references[i]));
    const std::int64_t end = masks[i] != 0 ? rank : ends[i];
    parts.push_back(make<ov::op::v8::Slice>(lengths_of(references[i]), list_of({begins[i]}),
                                            list_of({end}), list_of({1}), list_of({0})));
  }
  return make<ov::op::v1::Reshape>(operands.tensor("x"), make<Concat>(parts, 0), false);
}

Results reverse(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const auto axes = operands.has("axes") ? operands.axes("axes", rank) : axes_between(0, rank);
  if (axes.empty()) return x;
  const auto each = [&axes](std::int64_t value) {
    return list_of(std::vector<std::int64_t>(axes.size(), value));
  };
  constexpr std::int64_t kBeforeTheFirst = std::numeric_limits<std::int32_t>::min();
  return make<ov::op::v8::Slice>(x, each(-1), each(kBeforeTheFirst), each(-1), list_of(axes));
}

Results reverse_sequence(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  return make<ov::op::v0::ReverseSequence>(x, operands.indices("lengths"),
                                           operands.axis("batch_axis", rank, 0),
                                           operands.axis("seq_axis", rank, 0));
}

Results shape(const Operands& operands) {
  return make<ov::op::v3::ShapeOf>(operands.tensor("x"), ov::element::i32);
}

// The places of a window are numbers in a table; looking them up puts a new axis behind `axis`.
Results sliding_windows(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::int64_t axis = operands.axis("axis", rank_of(x));
  const std::int64_t size = operands.integer("size");
  const std::int64_t stride = operands.integer("stride", 1);
  const ov::Dimension length = x.get_partial_shape()[axis];
  if (length.is_dynamic()) reject_unsupported("windows over an axis of no fixed length");
  if (size < 1 || stride < 1 || size > length.get_length()) reject_corrupt("operand \"size\"");
  std::vector<std::int64_t> places;
  const std::int64_t windows = (length.get_length() - size) / stride + 1;
  if (windows > (1 << 24) / size) reject_unsupported("windows of that number and size");
  for (std::int64_t window = 0; window < windows; ++window) {
    for (std::int64_t i = 0; i < size; ++i) places.push_back(window * stride + i);
  }
  const Value table = make<ov::op::v0::Constant>(
      ov::element::i64,
      ov::Shape{static_cast<std::size_t>(windows), static_cast<std::size_t>(size)}, places);
  return make<ov::op::v8::Gather>(x, table, integer_of(axis));
}

Results split(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::int64_t axis = operands.axis("axis", rank_of(x));
  std::shared_ptr<ov::Node> parts;
  if (operands.has("split_sizes")) {
    const auto sizes = operands.integers("split_sizes", kMostParts);
    parts = std::make_shared<ov::op::v1::VariadicSplit>(x, integer_of(axis), list_of(sizes));
  } else {
    const std::int64_t count = operands.integer("num_splits");
    if (count < 1 || count > static_cast<std::int64_t>(kMostParts)) {
      reject_corrupt("operand \"num_splits\"");
    }
    parts =
        std::make_shared<ov::op::v1::Split>(x, integer_of(axis), static_cast<std::size_t>(count));
  }
  std::vector<Results::One> results;
  for (const Value& part : parts->outputs()) results.emplace_back(part);
  return Results(std::move(results));
}

std::vector<std::int64_t> ones_of(const Value& x) {
  auto axes = axes_between(0, rank_of(x));
  std::erase_if(axes, [&x](std::int64_t axis) { return x.get_partial_shape()[axis] != 1; });
  return axes;
}

// Axes longer than 1 stay. Those of no fixed length are longer unless they are named.
Results squeeze(const Operands& operands) {
  const Value x = operands.tensor("x");
  auto axes = operands.has("axes") ? operands.axes("axes", rank_of(x)) : ones_of(x);
  std::erase_if(axes, [&x](std::int64_t axis) {
    const ov::Dimension& length = x.get_partial_shape()[axis];
    return length.is_static() && length.get_length() != 1;
  });
  if (axes.empty()) return x;
  return make<ov::op::v0::Squeeze>(x, list_of(axes));
}

Results stack(const Operands& operands) {
  const std::vector<Value> values = operands.tensors("values");
  return stacked(values, operands.axis("axis", rank_of(values.front()) + 1));
}

Results tile(const Operands& operands) {
  return make<ov::op::v0::Tile>(operands.tensor("x"), operands.shape("reps"));
}

// OpenVINO refuses negative axes here, coremltools writes them.
Results transpose(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::vector<std::int64_t> order = operands.axes("perm", rank_of(x));
  if (order.size() != rank_of(x)) reject_corrupt("operand \"perm\": not every axis");
  return make<ov::op::v1::Transpose>(x, list_of(order));
}

}  // namespace

std::span<const OpEntry> shape_ops() {
  static constexpr OpEntry kOps[] = {
      {"concat", "values axis interleave", &concat, "Concat"},
      {"expand_dims", "x axes", &expand_dims, "Unsqueeze"},
      {"flatten2d", "x axis", &flatten2d, "Reshape"},
      {"reshape", "x shape", &reshape, "Reshape"},
      {"reshape_like", "x ref_tensors begins ends end_masks", &reshape_like, "ShapeOf, Reshape"},
      {"reverse", "x axes", &reverse, "Slice"},
      {"reverse_sequence", "x lengths seq_axis batch_axis", &reverse_sequence, "ReverseSequence"},
      {"shape", "x", &shape, "ShapeOf"},
      {"sliding_windows", "x axis size stride", &sliding_windows, "Gather"},
      {"split", "x num_splits split_sizes axis", &split, "Split, VariadicSplit"},
      {"squeeze", "x axes", &squeeze, "Squeeze"},
      {"stack", "values axis", &stack, "Unsqueeze, Concat"},
      {"tile", "x reps", &tile, "Tile"},
      {"transpose", "x perm", &transpose, "Transpose"},
  };
  return kOps;
}

}  // namespace papr
