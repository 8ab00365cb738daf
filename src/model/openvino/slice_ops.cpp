// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <openvino/op/add.hpp>
#include <openvino/op/less.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/slice.hpp>
#include <openvino/op/slice_scatter.hpp>
#include <openvino/op/strided_slice.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

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

Results slice_by_index(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const std::vector<std::int64_t> stride = strides(operands, rank);
  const std::vector<std::int32_t> steps(stride.begin(), stride.end());
  return make<ov::op::v1::StridedSlice>(
      x, slice_bound(operands, "begin", rank), slice_bound(operands, "end", rank),
      Constant::create(ov::element::i32, ov::Shape{rank}, steps), operands.mask("begin_mask", rank),
      operands.mask("end_mask", rank),
      /*new_axis_mask=*/std::vector<std::int64_t>(rank, 0), operands.mask("squeeze_mask", rank));
}

// A size of -1 goes to the end of the axis.
Results slice_by_size(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const Value begin = slice_bound(operands, "begin", rank);
  const Value size = slice_bound(operands, "size", rank);
  const auto all = [rank](std::int32_t value) {
    return Constant::create(ov::element::i32, ov::Shape{rank},
                            std::vector<std::int32_t>(rank, value))
        ->output(0);
  };
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

// `x` with what slice_by_index would take from it replaced. Masked bounds are those of the axis.
Results slice_update(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  const std::vector<std::int64_t> stride = strides(operands, rank);
  if (std::ranges::any_of(stride, [](std::int64_t step) { return step < 0; })) {
    reject_unsupported("a negative stride");
  }
  const auto squeezed = operands.mask("squeeze_mask", rank);
  Value update = operands.tensor("update");
  std::vector<std::int64_t> lost;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (squeezed[axis] != 0) lost.push_back(static_cast<std::int64_t>(axis));
  }
  if (!lost.empty()) update = make<ov::op::v0::Unsqueeze>(update, list_of(lost));

  const auto masked = [&](const char* bound, const char* mask, std::int64_t otherwise) {
    const Value given = converted(slice_bound(operands, bound, rank), ov::element::i64);
    const auto flags = operands.mask(mask, rank);
    const auto condition = Constant::create(ov::element::boolean, ov::Shape{rank},
                                            std::vector<bool>(flags.begin(), flags.end()));
    return make<ov::op::v1::Select>(condition, integer_of(otherwise), given);
  };
  const Value begin = masked("begin", "begin_mask", 0);
  Value end = masked("end", "end_mask", std::numeric_limits<std::int32_t>::max());
  if (!lost.empty()) {  // such an axis has one place, whatever its end says
    const auto one = Constant::create(ov::element::boolean, ov::Shape{rank},
                                      std::vector<bool>(squeezed.begin(), squeezed.end()));
    const Value next = make<ov::op::v1::Add>(begin, integer_of(1));
    const Value last = make<ov::op::v1::Select>(
        make<ov::op::v1::Less>(next, integer_of(1)),
        make<ov::op::v1::Select>(make<ov::op::v1::Less>(begin, integer_of(-1)), next,
                                 integer_of(std::numeric_limits<std::int32_t>::max())),
        next);
    end = make<ov::op::v1::Select>(one, last, end);
  }
  return make<ov::op::v15::SliceScatter>(x, update, begin, end, list_of(stride),
                                         list_of(axes_between(0, rank)));
}

}  // namespace

std::span<const OpEntry> slice_ops() {
  static constexpr OpEntry kOps[] = {
      {"crop", "x crop_height crop_width", &crop, "Slice"},
      {"slice_by_index", "x begin end stride begin_mask end_mask squeeze_mask", &slice_by_index,
       "StridedSlice"},
      {"slice_by_size", "x begin size", &slice_by_size, "Slice"},
      {"slice_update", "x update begin end stride begin_mask end_mask squeeze_mask", &slice_update,
       "SliceScatter"},
  };
  return kOps;
}

}  // namespace papr
