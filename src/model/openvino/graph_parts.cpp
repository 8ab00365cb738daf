// SPDX-License-Identifier: Apache-2.0
#include "graph_parts.h"

#include <numeric>
#include <openvino/op/add.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/less.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/shape_of.hpp>

#include "bad_program.h"

namespace papr {

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
  const Value length = converted(length_of(x, axis), indices.get_element_type());
  return make<ov::op::v1::Select>(make<ov::op::v1::Less>(indices, number_of(0, ov::element::i32)),
                                  make<ov::op::v1::Add>(indices, length), indices);
}

Value places_from_the_front(const Value& indices, const Value& x, std::int64_t first) {
  const ov::PartialShape& shape = indices.get_partial_shape();
  const std::int64_t rank = x.get_partial_shape().rank().get_length();
  if (shape.rank().get_length() == 0 || shape.rbegin()->is_dynamic()) {
    reject_unsupported("tuples of indices of no known length");
  }
  const std::int64_t length = shape.rbegin()->get_length();
  if (first + length > rank) reject_corrupt("operand \"indices\": longer than the axes are many");
  const auto axes =
      axes_between(static_cast<std::size_t>(first), static_cast<std::size_t>(first + length));
  const Value lengths = converted(
      make<ov::op::v8::Gather>(lengths_of(x), list_of(axes), integer_of(0)), ov::element::i32);
  return make<ov::op::v1::Select>(make<ov::op::v1::Less>(indices, number_of(0, ov::element::i32)),
                                  make<ov::op::v1::Add>(indices, lengths), indices);
}

Value converted(const Value& x, ov::element::Type type) {
  if (x.get_element_type() == type) return x;
  return make<ov::op::v0::Convert>(x, type);
}

}  // namespace papr
