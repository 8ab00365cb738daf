// SPDX-License-Identifier: Apache-2.0
#include <openvino/op/broadcast.hpp>
#include <openvino/op/concat.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/negative.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/scatter_elements_update.hpp>
#include <openvino/op/scatter_nd_update.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using Elements = ov::op::v12::ScatterElementsUpdate;
using Tuples = ov::op::v15::ScatterNDUpdate;

// What a mode does with an old and a new value. To take away is to add the negative, to divide to
// multiply with the inverse.
struct Mode {
  Elements::Reduction elements;
  Tuples::Reduction tuples;
  bool negative = false;
  bool inverse = false;
};

Mode mode_of(const Operands& operands) {
  const std::string mode = operands.text("mode", "add");
  if (mode == "add") return {Elements::Reduction::SUM, Tuples::Reduction::SUM};
  if (mode == "sub") return {Elements::Reduction::SUM, Tuples::Reduction::SUM, true};
  if (mode == "mul") return {Elements::Reduction::PROD, Tuples::Reduction::PROD};
  if (mode == "div") return {Elements::Reduction::PROD, Tuples::Reduction::PROD, false, true};
  if (mode == "max") return {Elements::Reduction::MAX, Tuples::Reduction::MAX};
  if (mode == "min") return {Elements::Reduction::MIN, Tuples::Reduction::MIN};
  if (mode == "update") return {Elements::Reduction::NONE, Tuples::Reduction::NONE};
  reject_unsupported("mode \"" + mode + "\"");
}

Value updates_of(const Operands& operands, const Mode& mode) {
  const Value updates = operands.tensor("updates");
  if (mode.negative) return make<ov::op::v0::Negative>(updates);
  if (!mode.inverse) return updates;
  if (!updates.get_element_type().is_real()) reject_unsupported("mode \"div\" of integers");
  return make<ov::op::v1::Divide>(number_of(1), updates);
}

// The lengths of `data`, with `length` as that of `axis`.
Value lengths_with(const Value& data, std::int64_t axis, const Value& length) {
  ov::OutputVector lengths;
  for (const std::int64_t one : axes_between(0, rank_of(data))) {
    lengths.push_back(one == axis ? length : length_of(data, one));
  }
  return make<ov::op::v0::Concat>(lengths, 0);
}

// `indices`, as long as `data` but for `axis`. Where that is not known now, a number of them that
// does not fit is an error when it runs: OpenVINO would write beside the tensor.
Value like_but_for(const Value& data, const Value& indices, std::int64_t axis) {
  ov::PartialShape expected = data.get_partial_shape();
  const ov::PartialShape& given = indices.get_partial_shape();
  expected[axis] = ov::Dimension::dynamic();
  if (!expected.compatible(given)) {
    reject_corrupt("operand \"indices\": not of the lengths of \"data\" but for one axis");
  }
  expected[axis] = given[axis];
  if (expected.is_static() && given.is_static()) return indices;
  return make<ov::op::v1::Reshape>(indices, lengths_with(data, axis, list_of({-1})), false);
}

Results scatter_along_axis(const Operands& operands) {
  const Value data = operands.tensor("data");
  const Mode mode = mode_of(operands);
  const std::int64_t axis = operands.axis("axis", rank_of(data), 0);
  const Value indices = like_but_for(data, operands.indices("indices"), axis);
  validate_indices(operands, indices, data, axis);
  return make<Elements>(data, from_the_front(indices, data, axis), updates_of(operands, mode),
                        integer_of(axis), mode.elements);
}

// Each index stands for a whole slice: the indices become one list along the axis, repeated over
// all others.
Results scatter(const Operands& operands) {
  const Value data = operands.tensor("data");
  const Mode mode = mode_of(operands);
  const std::size_t rank = rank_of(data);
  const std::int64_t axis = operands.axis("axis", rank, 0);
  std::vector<std::int64_t> column(rank, 1);
  column[static_cast<std::size_t>(axis)] = -1;
  const Value list = make<ov::op::v1::Reshape>(operands.indices("indices"), list_of(column), false);
  validate_indices(operands, operands.indices("indices"), data, axis);
  const Value shape = lengths_with(data, axis, length_of(list, axis));
  const Value updates = make<ov::op::v1::Reshape>(updates_of(operands, mode), shape, false);
  const Value indices = make<ov::op::v3::Broadcast>(from_the_front(list, data, axis), shape);
  return make<Elements>(data, indices, updates, integer_of(axis), mode.elements);
}

Results scatter_nd(const Operands& operands) {
  const Value data = operands.tensor("data");
  const Mode mode = mode_of(operands);
  const Value indices = operands.indices("indices");
  validate_places(operands, indices, data, 0);
  const Value places = places_from_the_front(indices, data, 0);
  return make<Tuples>(data, places, updates_of(operands, mode), mode.tuples);
}

}  // namespace

std::span<const OpEntry> scatter_ops() {
  static constexpr OpEntry kOps[] = {
      {"scatter", "data indices updates axis mode validate_indices", &scatter,
       "ScatterElementsUpdate", 1e-6},
      {"scatter_along_axis", "data indices updates axis mode validate_indices", &scatter_along_axis,
       "ScatterElementsUpdate", 1e-6},
      {"scatter_nd", "data indices updates mode validate_indices", &scatter_nd, "ScatterNDUpdate",
       1e-6},
  };
  return kOps;
}

}  // namespace papr
