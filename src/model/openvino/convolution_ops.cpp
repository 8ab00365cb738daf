// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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

// The lengths that "output_shape" gives to the plane; none without it.
std::vector<std::int64_t> wanted_plane(const Operands& operands, const Value& x) {
  if (!operands.has("output_shape")) return {};
  auto shape = operands.integers("output_shape");  // of the whole tensor
  if (shape.size() != rank_of(x)) reject_corrupt("operand \"output_shape\"");
  for (std::size_t axis = 2; axis < shape.size(); ++axis) {
    if (x.get_partial_shape()[static_cast<std::ptrdiff_t>(axis)].is_dynamic()) {
      reject_unsupported("an output_shape where the plane has no fixed size");
    }
  }
  shape.erase(shape.begin(), shape.begin() + 2);
  return shape;
}

// The lengths that the kernel covers, a dilated one with what lies between.
std::vector<std::int64_t> covered(const Value& weight, const Window& window) {
  const ov::PartialShape& shape = weight.get_partial_shape();
  const std::size_t axes = window.dilations.size();
  if (shape.is_dynamic() || shape.size() != axes + 2) reject_corrupt("operand \"weight\"");
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 0; i < axes; ++i) {
    const std::int64_t size = shape[static_cast<std::ptrdiff_t>(i + 2)].get_length();
    lengths.push_back((size - 1) * static_cast<std::int64_t>(window.dilations[i]) + 1);
  }
  return lengths;
}

// Sets what is cut off at both ends of each axis; returns what is added behind it.
//
// With "same" each stride of the input gives a place of the output, and of an odd number more is
// cut off behind, as in TensorFlow, whose shapes MIL follows. OpenVINO would cut nothing, or more
// in front.
ov::CoordinateDiff fit(Window& window, const Value& x, const std::vector<std::int64_t>& kernel,
                       const std::vector<std::int64_t>& wanted) {
  if (window.pad_type == ov::op::PadType::SAME_LOWER) reject_unsupported("pad_type \"same_lower\"");
  const bool same = window.pad_type == ov::op::PadType::SAME_UPPER;
  window.pad_type = ov::op::PadType::EXPLICIT;
  ov::CoordinateDiff added;
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    std::ptrdiff_t& begin = window.pads_begin[i];
    std::ptrdiff_t& end = window.pads_end[i];
    const auto stride = static_cast<std::int64_t>(window.strides[i]);
    std::int64_t surplus = same ? kernel[i] - stride : begin + end;
    if (!wanted.empty()) {
      const auto length = x.get_partial_shape()[static_cast<std::ptrdiff_t>(i + 2)].get_length();
      surplus = (length - 1) * stride + kernel[i] - wanted[i];
    }
    if (same) {
      begin = std::max<std::int64_t>(surplus, 0) / 2;
      end = std::max<std::int64_t>(surplus, 0) - begin;
    }
    added.push_back(begin + end - surplus);
    if (added[i] < 0 || added[i] >= stride) {
      reject_unsupported("an output_shape that strides and padding do not lead to");
    }
  }
  return added;
}

// weight [in, out / groups, ...]
Results conv_transpose(const Operands& operands) {
  const Value x = operands.floats("x");
  const Value weight = operands.floats("weight");
  const std::int64_t groups = groups_of(operands);
  Window window = window_of(operands, plane_axes(x));
  const auto added = fit(window, x, covered(weight, window), wanted_plane(operands, x));
  if (groups == 1) {
    return with_bias(operands, make<ov::op::v1::ConvolutionBackpropData>(
                                   x, weight, window.strides, window.pads_begin, window.pads_end,
                                   window.dilations, window.pad_type, added));
  }
  return with_bias(operands, make<ov::op::v1::GroupConvolutionBackpropData>(
                                 x, grouped(weight, groups), window.strides, window.pads_begin,
                                 window.pads_end, window.dilations, window.pad_type, added));
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
