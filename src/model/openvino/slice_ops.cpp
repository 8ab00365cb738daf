// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <openvino/op/add.hpp>
#include <openvino/op/concat.hpp>
#include <openvino/op/gather_nd.hpp>
#include <openvino/op/less.hpp>
#include <openvino/op/range.hpp>
#include <openvino/op/reduce_prod.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/scatter_nd_update.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/slice.hpp>
#include <openvino/op/strided_slice.hpp>
#include <optional>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v0::Concat;
using ov::op::v0::Constant;

// A bound of the slice: one integer for each axis, constant or computed.
Value slice_bound(const Operands& operands, const std::string& name, std::size_t rank) {
  const Value bound = operands.shape(name);
  if (bound.get_shape()[0] != rank) {
    reject_corrupt("operand \"" + name + "\": not one integer for each axis");
  }
  return bound;
}

std::vector<std::int64_t> strides(const Operands& operands, std::size_t rank) {
  if (!operands.has("stride")) return std::vector<std::int64_t>(rank, 1);
  auto stride = operands.integers("stride");
  if (stride.size() != rank) reject_corrupt("operand \"stride\": not one integer for each axis");
  if (std::ranges::find(stride, 0) != stride.end()) reject_corrupt("operand \"stride\": a 0");
  return stride;
}

// What the op's bounds, strides and masks take of `x`.
Value sliced(const Operands& operands, const Value& x) {
  const std::size_t rank = rank_of(x);
  const std::vector<std::int64_t> stride = strides(operands, rank);
  const std::vector<std::int32_t> steps(stride.begin(), stride.end());
  return make<ov::op::v1::StridedSlice>(
      x, slice_bound(operands, "begin", rank), slice_bound(operands, "end", rank),
      Constant::create(ov::element::i32, ov::Shape{rank}, steps), operands.mask("begin_mask", rank),
      operands.mask("end_mask", rank),
      /*new_axis_mask=*/std::vector<std::int64_t>(rank, 0), operands.mask("squeeze_mask", rank));
}

// One element, at a place that is computed: OpenVINO has no slice that ends without an axis.
std::optional<Value> element(const Operands& operands, const Value& x) {
  const std::size_t rank = rank_of(x);
  const auto squeezed = operands.mask("squeeze_mask", rank);
  const auto from_start = operands.mask("begin_mask", rank);
  const Value begin = slice_bound(operands, "begin", rank);
  if (rank == 0 || std::ranges::find(squeezed, 0) != squeezed.end() ||
      std::ranges::find(from_start, 1) != from_start.end() ||
      ov::is_type<Constant>(begin.get_node())) {
    return std::nullopt;
  }
  return make<ov::op::v8::GatherND>(x, places_inside(begin, x, 0), std::size_t{0});
}

Results slice_by_index(const Operands& operands) {
  const Value x = operands.tensor("x");
  if (const auto one = element(operands, x)) return *one;
  return sliced(operands, x);
}

// A size of -1 goes to the end of the axis.
Results slice_by_size(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const Value given = slice_bound(operands, "begin", rank);
  const Value size = slice_bound(operands, "size", rank);
  const auto all = [rank](std::int32_t value) {
    return Constant::create(ov::element::i32, ov::Shape{rank},
                            std::vector<std::int32_t>(rank, value))
        ->output(0);
  };
  // Counted from the front, so that the end of a slice up to the last place is none of them.
  const Value counted = make<ov::op::v1::Add>(given, converted(lengths_of(x), ov::element::i32));
  const Value begin =
      make<ov::op::v1::Select>(make<ov::op::v1::Less>(given, all(0)), counted, given);
  const Value end = make<ov::op::v1::Select>(make<ov::op::v1::Less>(size, all(0)),
                                             all(std::numeric_limits<std::int32_t>::max()),
                                             make<ov::op::v1::Add>(begin, size));
  return make<ov::op::v8::Slice>(x, begin, end, all(1));
}

Results crop(const Operands& operands) {
  const Value x = operands.tensor("x");
  const auto rank = static_cast<std::int64_t>(rank_of(x));
  const auto height = operands.integers("crop_height");
  const auto width = operands.integers("crop_width");
  if (rank < 2 || height.size() != 2 || width.size() != 2 ||
      std::min({height[0], height[1], width[0], width[1]}) < 0) {
    reject_corrupt("operand \"crop_height\" or \"crop_width\"");
  }
  const auto end = [](std::int64_t cropped) {
    return cropped == 0 ? std::numeric_limits<std::int32_t>::max() : -cropped;
  };
  return make<ov::op::v8::Slice>(x, list_of({height[0], width[0]}),
                                 list_of({end(height[1]), end(width[1])}), list_of({1, 1}),
                                 list_of({rank - 2, rank - 1}));
}

// The integer at `place` of a list, where the program says it: in a constant, or a constant part.
std::optional<std::int64_t> known_integer(const Value& list, std::int64_t place) {
  const auto node = list.get_node_shared_ptr();
  if (const auto constant = ov::as_type_ptr<Constant>(node)) {
    return constant->cast_vector<std::int64_t>()[static_cast<std::size_t>(place)];
  }
  if (!ov::is_type<Concat>(node)) return std::nullopt;
  for (const Value& part : node->input_values()) {
    if (part.get_partial_shape().is_dynamic()) return std::nullopt;
    const auto length = static_cast<std::int64_t>(part.get_shape()[0]);
    if (place < length) return known_integer(part, place);
    place -= length;
  }
  return std::nullopt;
}

// How many of the first axes a slice takes less than the whole of, or may.
std::size_t axes_sliced(const Operands& operands, const Value& x) {
  const std::size_t rank = rank_of(x);
  const std::vector<std::int64_t> stride = strides(operands, rank);
  const auto squeezed = operands.mask("squeeze_mask", rank);
  const auto masked_begin = operands.mask("begin_mask", rank);
  const auto masked_end = operands.mask("end_mask", rank);
  const Value begin = slice_bound(operands, "begin", rank);
  const Value end = slice_bound(operands, "end", rank);
  const auto is_whole = [&](std::size_t axis) {
    const auto place = static_cast<std::int64_t>(axis);
    const std::int64_t longest = x.get_partial_shape()[place].get_max_length();  // or -1
    const auto last = known_integer(end, place);
    return stride[axis] == 1 && squeezed[axis] == 0 &&
           (masked_begin[axis] != 0 || known_integer(begin, place) == 0) &&
           (masked_end[axis] != 0 || (last && longest >= 0 && *last >= longest) ||
            last == std::numeric_limits<std::int32_t>::max());
  };
  std::size_t count = rank;
  while (count > 0 && is_whole(count - 1)) --count;
  return count;
}

// `x` with what slice_by_index would take from it replaced.
//
// Its first axes become one of rows, and the rows that the same slice takes of their numbers are
// written. SliceScatter would do all of it, but OpenVINO's for CPUs misreads bounds that are
// computed, and reads and writes beside its tensors when the update is of another length.
Results slice_update(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Value update = operands.tensor("update");
  if (!sliced(operands, x).get_partial_shape().compatible(update.get_partial_shape())) {
    reject_corrupt("operand \"update\": not of the shape of the slice");
  }
  const std::size_t rank = rank_of(x);
  const std::size_t first = axes_sliced(operands, x);
  ov::OutputVector numbered;  // the lengths of `x`, as if a row were one element
  ov::OutputVector row;
  for (const std::int64_t axis : axes_between(0, rank)) {
    const bool in_row = static_cast<std::size_t>(axis) >= first;
    if (in_row) row.push_back(length_of(x, axis));
    numbered.push_back(in_row ? list_of({1}) : length_of(x, axis));
  }
  const auto rows_of = [&row](const Value& value, const Value& count) {
    ov::OutputVector shape{count};
    shape.insert(shape.end(), row.begin(), row.end());
    return make<ov::op::v1::Reshape>(value, make<Concat>(shape, 0), /*special_zero=*/false);
  };
  const Value shape = make<Concat>(numbered, 0);
  const Value count = make<ov::op::v1::ReduceProd>(shape, integer_of(0));
  const Value numbers =
      make<ov::op::v4::Range>(integer_of(0), count, integer_of(1), ov::element::i32);
  const Value places = sliced(operands, make<ov::op::v1::Reshape>(numbers, shape, false));
  const Value list = reshaped(places, {-1, 1});
  const Value made = make<ov::op::v15::ScatterNDUpdate>(rows_of(x, reshaped(count, {1})), list,
                                                        rows_of(update, length_of(list, 0)));
  return make<ov::op::v1::Reshape>(made, lengths_of(x), /*special_zero=*/false);
}

}  // namespace

std::span<const OpEntry> slice_ops() {
  static constexpr OpEntry kOps[] = {
      {"crop", "x crop_height crop_width", &crop, "Slice"},
      {"slice_by_index", "x begin end stride begin_mask end_mask squeeze_mask", &slice_by_index,
       "StridedSlice"},
      {"slice_by_size", "x begin size", &slice_by_size, "Slice"},
      {"slice_update", "x update begin end stride begin_mask end_mask squeeze_mask", &slice_update,
       "StridedSlice, ScatterNDUpdate"},
  };
  return kOps;
}

}  // namespace papr
