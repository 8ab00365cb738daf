// SPDX-License-Identifier: Apache-2.0
#include "weight_matrix.h"

#include <algorithm>
#include <openvino/op/convert.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/subtract.hpp>

#include "graph_parts.h"

namespace papr {

using ov::op::v0::Constant;

bool is_matrix(const Literal& data, const ov::Shape& blocks) {
  const auto types = {ov::element::u8, ov::element::i8, ov::element::u4, ov::element::i4};
  return std::ranges::find(types, data.type) != types.end() && data.shape.size() == 2 &&
         (blocks[0] == data.shape[0] || blocks[0] == 1) && blocks[1] < data.shape[1];
}

Literal expanded(const WeightMatrix& matrix) {
  return scaled(matrix.data, matrix.data.shape, nullptr, matrix.shift, matrix.type);
}

// Convert, subtract, multiply: of rank 3 where rows have blocks.
ov::Output<ov::Node> in_graph(const WeightMatrix& matrix) {
  const Literal& data = matrix.data;
  const Shift& shift = matrix.shift;
  const ov::Shape& blocks = shift.blocks;
  const bool grouped = blocks[1] > 1;
  const ov::Shape shape =
      grouped ? ov::Shape{data.shape[0], blocks[1], data.shape[1] / blocks[1]} : data.shape;
  const ov::Shape scales = grouped ? ov::Shape{blocks[0], blocks[1], 1} : blocks;
  const ov::Output<ov::Node> packed =
      make<Constant>(data.type, shape, static_cast<const void*>(data.bytes.data()),
                     std::const_pointer_cast<void>(data.owner));
  ov::Output<ov::Node> value = make<ov::op::v0::Convert>(packed, ov::element::f32);
  if (std::ranges::any_of(shift.offset, [](float offset) { return offset != 0; })) {
    value =
        make<ov::op::v1::Subtract>(value, make<Constant>(ov::element::f32, scales, shift.offset));
  }
  value = make<ov::op::v1::Multiply>(value, make<Constant>(ov::element::f32, scales, shift.scale));
  return grouped ? reshaped(value, {static_cast<std::int64_t>(data.shape[0]),
                                    static_cast<std::int64_t>(data.shape[1])})
                 : value;
}

}  // namespace papr
