// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <openvino/op/concat.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/shape_of.hpp>
#include <openvino/op/strided_slice.hpp>
#include <openvino/op/transpose.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "bad_program.h"
#include "op_table.h"

namespace papr {
namespace {

using ov::op::v0::Constant;

Value list_of(const std::vector<std::int64_t>& values) {
  return Constant::create(ov::element::i64, ov::Shape{values.size()}, values);
}

Value concat(const Operands& operands) {
  if (operands.flag("interleave", false)) reject_unsupported("interleave");
  const std::vector<Value> values = operands.tensors("values");
  return std::make_shared<ov::op::v0::Concat>(values,
                                              operands.axis("axis", rank_of(values.front())));
}

Value expand_dims(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t added = operands.integers("axes").size();
  if (added == 0) reject_corrupt("operand \"axes\": an empty list");
  return std::make_shared<ov::op::v0::Unsqueeze>(
      x, list_of(operands.axes("axes", rank_of(x) + added)));
}

Value gather(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Value indices = operands.tensor("indices");
  if (indices.get_element_type() != ov::element::i32) {
    reject_corrupt("operand \"indices\": not integers");
  }
  const auto axis = operands.axis("axis", rank_of(x), 0);
  const auto batch_dims = operands.integer("batch_dims", 0);
  if (batch_dims != 0) reject_unsupported("batch_dims other than 0");
  return std::make_shared<ov::op::v8::Gather>(
      x, indices, Constant::create(ov::element::i64, ov::Shape{}, {axis}), batch_dims);
}

// A 0 keeps the length of that axis, a -1 takes what is left: in MIL as in OpenVINO.
Value reshape(const Operands& operands) {
  return std::make_shared<ov::op::v1::Reshape>(operands.tensor("x"), operands.shape("shape"),
                                               /*special_zero=*/true);
}

Value shape(const Operands& operands) {
  return std::make_shared<ov::op::v3::ShapeOf>(operands.tensor("x"), ov::element::i32);
}

// A bound of the slice: one integer for each axis, constant or computed.
Value slice_bound(const Operands& operands, const std::string& name, std::size_t rank) {
  const Value bound = operands.shape(name);
  if (bound.get_shape()[0] != rank) {
    reject_corrupt("operand \"" + name + "\": not one integer for each axis");
  }
  return bound;
}

Value slice_by_index(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::size_t rank = rank_of(x);
  std::vector<std::int64_t> stride(rank, 1);
  if (operands.has("stride")) {
    stride = operands.integers("stride");
    if (stride.size() != rank) reject_corrupt("operand \"stride\": not one integer for each axis");
    if (std::ranges::any_of(stride, [](std::int64_t step) { return step < 1; })) {
      reject_unsupported("a stride below 1");
    }
  }
  const std::vector<std::int32_t> steps(stride.begin(), stride.end());
  return std::make_shared<ov::op::v1::StridedSlice>(
      x, slice_bound(operands, "begin", rank), slice_bound(operands, "end", rank),
      Constant::create(ov::element::i32, ov::Shape{rank}, steps), operands.mask("begin_mask", rank),
      operands.mask("end_mask", rank),
      /*new_axis_mask=*/std::vector<std::int64_t>(rank, 0), operands.mask("squeeze_mask", rank));
}

// OpenVINO refuses negative axes here, coremltools writes them.
Value transpose(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::vector<std::int64_t> order = operands.axes("perm", rank_of(x));
  if (order.size() != rank_of(x)) reject_corrupt("operand \"perm\": not every axis");
  return std::make_shared<ov::op::v1::Transpose>(x, list_of(order));
}

}  // namespace

std::span<const OpEntry> shape_ops() {
  static constexpr OpEntry kOps[] = {
      {"concat", "values axis interleave", &concat},
      {"expand_dims", "x axes", &expand_dims},
      {"gather", "x indices axis batch_dims validate_indices", &gather},
      {"reshape", "x shape", &reshape},
      {"shape", "x", &shape},
      {"slice_by_index", "x begin end stride begin_mask end_mask squeeze_mask", &slice_by_index},
      {"transpose", "x perm", &transpose},
  };
  return kOps;
}

}  // namespace papr
