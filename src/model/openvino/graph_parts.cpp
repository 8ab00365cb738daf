// SPDX-License-Identifier: Apache-2.0
#include "graph_parts.h"

#include <algorithm>
#include <numeric>
#include <openvino/op/add.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/less.hpp>
#include <openvino/op/maximum.hpp>
#include <openvino/op/minimum.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/shape_of.hpp>
#include <openvino/op/subtract.hpp>

#include "bad_program.h"
#include "operands.h"

namespace papr {
namespace {

using ov::op::v0::Constant;

Value counted(const Value& indices, const Value& lengths) {
  return make<ov::op::v1::Select>(make<ov::op::v1::Less>(indices, number_of(0, ov::element::i32)),
                                  make<ov::op::v1::Add>(indices, lengths), indices);
}

// One that is still negative becomes one behind the end: OpenVINO would count it once more.
Value refused_outside(const Value& indices, const Value& lengths) {
  const Value places = counted(indices, lengths);
  const Value before = make<ov::op::v1::Less>(places, number_of(0, ov::element::i32));
  return make<ov::op::v1::Select>(before, lengths, places);
}

Value moved_inside(const Value& indices, const Value& lengths) {
  const Value last = make<ov::op::v1::Subtract>(lengths, number_of(1, ov::element::i32));
  return make<ov::op::v1::Maximum>(make<ov::op::v1::Minimum>(counted(indices, lengths), last),
                                   number_of(0, ov::element::i32));
}

// Of rank 0, so that it gives an index of rank 0 no axis.
Value axis_length(const Value& x, std::int64_t axis) {
  return converted(make<ov::op::v8::Gather>(lengths_of(x), integer_of(axis), integer_of(0)),
                   ov::element::i32);
}

// The axes of `x` that a tuple of indices names.
std::vector<std::int64_t> tuple_axes(const Value& indices, const Value& x, std::int64_t first) {
  const ov::PartialShape& shape = indices.get_partial_shape();
  if (shape.rank().get_length() == 0 || shape.rbegin()->is_dynamic()) {
    reject_unsupported("tuples of indices of no known length");
  }
  const std::int64_t last = first + shape.rbegin()->get_length();
  if (last > x.get_partial_shape().rank().get_length()) {
    reject_corrupt("operand \"indices\": longer than the axes are many");
  }
  return axes_between(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
}

Value tuple_lengths(const Value& indices, const Value& x, std::int64_t first) {
  const Value axes = list_of(tuple_axes(indices, x, first));
  return converted(make<ov::op::v8::Gather>(lengths_of(x), axes, integer_of(0)), ov::element::i32);
}

// `axes` are those that the indices are of, in turn.
void validate(const Operands& operands, const Value& indices, const Value& x,
              const std::vector<std::int64_t>& axes) {
  if (!operands.flag("validate_indices", false)) return;
  const auto known = ov::as_type_ptr<Constant>(indices.get_node_shared_ptr());
  const ov::PartialShape& shape = x.get_partial_shape();
  if (!known || std::ranges::any_of(axes, [&](auto axis) { return shape[axis].is_dynamic(); })) {
    reject_unsupported("validate_indices of what is known only when the model runs");
  }
  const auto values = known->cast_vector<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t length = shape[axes[i % axes.size()]].get_length();
    if (values[i] < 0 || values[i] >= length) {
      reject_corrupt("operand \"indices\": " + std::to_string(values[i]) + " of " +
                     std::to_string(length));
    }
  }
}

}  // namespace

Value reshaped(const Value& x, const std::vector<std::int64_t>& shape) {
  return make<ov::op::v1::Reshape>(x, list_of(shape), /*special_zero=*/true);
}

Value per_channel(const Value& x, std::size_t rank) {
  std::vector<std::int64_t> shape(rank, 1);
  if (rank > 1) shape[1] = -1;
  return reshaped(x, shape);
}

std::vector<std::int64_t> axes_between(std::size_t first, std::size_t last) {
  std::vector<std::int64_t> axes(last > first ? last - first : 0);
  std::iota(axes.begin(), axes.end(), static_cast<std::int64_t>(first));
  return axes;
}

Value lengths_of(const Value& x) { return make<ov::op::v3::ShapeOf>(x, ov::element::i64); }

Value length_of(const Value& x, std::int64_t axis) {
  return make<ov::op::v8::Gather>(lengths_of(x), list_of({axis}), integer_of(0));
}

Value from_the_front(const Value& indices, const Value& x, std::int64_t axis) {
  return refused_outside(indices, axis_length(x, axis));
}

Value places_from_the_front(const Value& indices, const Value& x, std::int64_t first) {
  return refused_outside(indices, tuple_lengths(indices, x, first));
}

Value index_inside(const Value& indices, const Value& x, std::int64_t axis) {
  return moved_inside(indices, axis_length(x, axis));
}

Value places_inside(const Value& indices, const Value& x, std::int64_t first) {
  return moved_inside(indices, tuple_lengths(indices, x, first));
}

void validate_indices(const Operands& operands, const Value& indices, const Value& x,
                      std::int64_t axis) {
  validate(operands, indices, x, {axis});
}

void validate_places(const Operands& operands, const Value& indices, const Value& x,
                     std::int64_t first) {
  validate(operands, indices, x, tuple_axes(indices, x, first));
}

Value converted(const Value& x, ov::element::Type type) {
  if (x.get_element_type() == type) return x;
  return make<ov::op::v0::Convert>(x, type);
}

}  // namespace papr
