// SPDX-License-Identifier: Apache-2.0
#include <openvino/op/add.hpp>
#include <openvino/op/convolution.hpp>
#include <openvino/op/group_conv.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"
#include "window.h"

namespace papr {
namespace {

std::size_t plane_axes(const Value& x) {
  const std::size_t rank = rank_of(x);
  if (rank < 3 || rank > 5) reject_corrupt("operand \"x\": not 1 to 3 axes behind the channels");
  return rank - 2;
}

// The first axis of the weight split into groups: [g * n, ...] becomes [g, n, ...].
Value grouped(const Value& weight, std::int64_t groups) {
  const ov::PartialShape& shape = weight.get_partial_shape();
  if (shape.is_dynamic() || shape.size() < 3 || shape[0].get_length() % groups != 0) {
    reject_corrupt("operand \"groups\": does not divide the weight");
  }
  std::vector<std::int64_t> split{groups, shape[0].get_length() / groups};
  for (auto axis = shape.begin() + 1; axis != shape.end(); ++axis) {
    split.push_back(axis->get_length());
  }
  return reshaped(weight, split);
}

std::int64_t groups_of(const Operands& operands) {
  const std::int64_t groups = operands.integer("groups", 1);
  if (groups < 1) reject_corrupt("operand \"groups\": less than 1");
  return groups;
}

Results with_bias(const Operands& operands, const Value& x) {
  if (!operands.has("bias")) return x;
  return make<ov::op::v1::Add>(x, per_channel(operands.floats("bias"), rank_of(x)));
}

// weight [out, in / groups, ...]
Results conv(const Operands& operands) {
  const Value x = operands.floats("x");
  const Value weight = operands.floats("weight");
  const Window window = window_of(operands, plane_axes(x));
  const std::int64_t groups = groups_of(operands);
  if (groups == 1) {
    return with_bias(operands, make<ov::op::v1::Convolution>(x, weight, window.strides,
                                                             window.pads_begin, window.pads_end,
                                                             window.dilations, window.pad_type));
  }
  return with_bias(operands, make<ov::op::v1::GroupConvolution>(
                                 x, grouped(weight, groups), window.strides, window.pads_begin,
                                 window.pads_end, window.dilations, window.pad_type));
}

// weight [in, out / groups, ...], or of groups [groups, in / groups, out / groups, ...]
template <class Op>
Value transposed(const Operands& operands, const Value& x, const Value& weight) {
  const std::size_t axes = plane_axes(x);
  const Window window = window_of(operands, axes);
  if (!operands.has("output_shape")) {
    return make<Op>(x, weight, window.strides, window.pads_begin, window.pads_end, window.dilations,
                    window.pad_type);
  }
  auto shape = operands.integers("output_shape");  // of the whole tensor
  if (shape.size() != axes + 2) reject_corrupt("operand \"output_shape\"");
  shape.erase(shape.begin(), shape.begin() + 2);
  return make<Op>(x, weight, list_of(shape), window.strides, window.pads_begin, window.pads_end,
                  window.dilations, window.pad_type);
}

Results conv_transpose(const Operands& operands) {
  const Value x = operands.floats("x");
  const Value weight = operands.floats("weight");
  const std::int64_t groups = groups_of(operands);
  if (groups == 1) {
    return with_bias(operands,
                     transposed<ov::op::v1::ConvolutionBackpropData>(operands, x, weight));
  }
  return with_bias(operands, transposed<ov::op::v1::GroupConvolutionBackpropData>(
                                 operands, x, grouped(weight, groups)));
}

}  // namespace

std::span<const OpEntry> convolution_ops() {
  static constexpr OpEntry kOps[] = {
      {"conv", "x weight bias strides pad_type pad dilations groups", &conv,
       "Convolution, GroupConvolution, Add", 1e-6},
      {"conv_transpose", "x weight bias pad output_shape pad_type strides dilations groups",
       &conv_transpose, "ConvolutionBackpropData, GroupConvolutionBackpropData, Add", 1e-6},
  };
  return kOps;
}

}  // namespace papr
