// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <openvino/op/constant.hpp>
#include <utility>
#include <vector>

#include "scope.h"

namespace papr {

class Operands;

/// The first output of a new node.
template <class Op, class... Arguments>
[[nodiscard]] Value make(Arguments&&... arguments) {
  return std::make_shared<Op>(std::forward<Arguments>(arguments)...)->output(0);
}

/// A list of integers, i64.
[[nodiscard]] inline Value list_of(const std::vector<std::int64_t>& values) {
  return ov::op::v0::Constant::create(ov::element::i64, ov::Shape{values.size()}, values)
      ->output(0);
}

/// One integer, i64, rank 0.
[[nodiscard]] inline Value integer_of(std::int64_t value) {
  return ov::op::v0::Constant::create(ov::element::i64, ov::Shape{}, {value})->output(0);
}

/// One number of `type`, rank 0.
[[nodiscard]] inline Value number_of(float value, ov::element::Type type = ov::element::f32) {
  return ov::op::v0::Constant::create(type, ov::Shape{}, {value})->output(0);
}

/// `x` as rank `shape.size()`, where 0 keeps the length of that axis and -1 takes what is left.
[[nodiscard]] Value reshaped(const Value& x, const std::vector<std::int64_t>& shape);

/// `x`, a list with an element for each channel, so that it broadcasts over a tensor of `rank`
/// whose axis 1 are the channels.
[[nodiscard]] Value per_channel(const Value& x, std::size_t rank);

/// The axes [first, last), as a list.
[[nodiscard]] std::vector<std::int64_t> axes_between(std::size_t first, std::size_t last);

/// The lengths of `x`, i64.
[[nodiscard]] Value lengths_of(const Value& x);

/// The length of one axis of `x`, i64, rank 1.
[[nodiscard]] Value length_of(const Value& x, std::int64_t axis);

/// `indices` into `axis` of `x`, negative ones counted from its end, as numbers from 0 on. One that
/// lies before the axis becomes one behind it, which OpenVINO refuses when it runs.
[[nodiscard]] Value from_the_front(const Value& indices, const Value& x, std::int64_t axis);

/// The same for tuples of indices, the last axis of `indices`, into the axes of `x` from `first`
/// on.
[[nodiscard]] Value places_from_the_front(const Value& indices, const Value& x, std::int64_t first);

/// As from_the_front, an index out of range moved to the nearest place there is: for an op that
/// would read what lies beside the tensor.
[[nodiscard]] Value index_inside(const Value& indices, const Value& x, std::int64_t axis);

/// The same for tuples of indices.
[[nodiscard]] Value places_inside(const Value& indices, const Value& x, std::int64_t first);

/// Does what the operand "validate_indices" asks for, of `indices` into `axis` of `x`. Throws
/// BadProgram when one is out of range, or when that is only known once the model runs.
void validate_indices(const Operands& operands, const Value& indices, const Value& x,
                      std::int64_t axis);

/// The same for tuples of indices.
void validate_places(const Operands& operands, const Value& indices, const Value& x,
                     std::int64_t first);

/// `x` as `type`; itself when it is of that.
[[nodiscard]] Value converted(const Value& x, ov::element::Type type);

}  // namespace papr
