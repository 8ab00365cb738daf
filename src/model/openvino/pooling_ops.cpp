// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <openvino/op/avg_pool.hpp>
#include <openvino/op/max_pool.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/sqrt.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"
#include "window.h"

namespace papr {
namespace {

struct Pooling {
  Window window;
  ov::Shape kernel;
  ov::Shape pads_begin;
  ov::Shape pads_end;
  ov::op::RoundingType rounding;
};

Pooling pooling_of(const Operands& operands, std::size_t rank) {
  const auto sizes = operands.integers("kernel_sizes");
  if (rank < 3 || sizes.size() != rank - 2 || std::ranges::min(sizes) < 1) {
    reject_corrupt("operand \"kernel_sizes\": not one size for each axis of the plane");
  }
  Pooling pooling{.window = window_of(operands, sizes.size()),
                  .kernel = ov::Shape(sizes.begin(), sizes.end()),
                  .pads_begin = {},
                  .pads_end = {},
                  .rounding = operands.flag("ceil_mode", false) ? ov::op::RoundingType::CEIL_TORCH
                                                                : ov::op::RoundingType::FLOOR};
  const Window& window = pooling.window;
  pooling.pads_begin.assign(window.pads_begin.begin(), window.pads_begin.end());
  pooling.pads_end.assign(window.pads_end.begin(), window.pads_end.end());
  return pooling;
}

Value average(const Value& x, const Pooling& pooling, bool exclude_padding) {
  return make<ov::op::v14::AvgPool>(x, pooling.window.strides, pooling.pads_begin, pooling.pads_end,
                                    pooling.kernel, exclude_padding, pooling.rounding,
                                    pooling.window.pad_type);
}

Results avg_pool(const Operands& operands) {
  const Value x = operands.floats("x");
  return average(x, pooling_of(operands, rank_of(x)),
                 operands.flag("exclude_padding_from_average", false));
}

// The root of the sum of squares, which is the average times their number.
Results l2_pool(const Operands& operands) {
  const Value x = operands.floats("x");
  const Pooling pooling = pooling_of(operands, rank_of(x));
  const Value mean = average(make<ov::op::v1::Multiply>(x, x), pooling, false);
  const auto size = static_cast<float>(ov::shape_size(pooling.kernel));
  return make<ov::op::v0::Sqrt>(make<ov::op::v1::Multiply>(mean, number_of(size)));
}

Results max_pool(const Operands& operands) {
  const Value x = operands.floats("x");
  const Pooling pooling = pooling_of(operands, rank_of(x));
  return make<ov::op::v14::MaxPool>(x, pooling.window.strides,
                                    ov::Strides(pooling.kernel.size(), 1), pooling.pads_begin,
                                    pooling.pads_end, pooling.kernel, pooling.rounding,
                                    pooling.window.pad_type, ov::element::i32);
}

}  // namespace

std::span<const OpEntry> pooling_ops() {
  static constexpr OpEntry kOps[] = {
      {"avg_pool", "x kernel_sizes strides pad_type pad ceil_mode exclude_padding_from_average",
       &avg_pool, "AvgPool", 1e-6},
      {"l2_pool", "x kernel_sizes strides pad_type pad ceil_mode", &l2_pool,
       "Multiply, AvgPool, Sqrt", 1e-6},
      {"max_pool", "x kernel_sizes strides pad_type pad ceil_mode", &max_pool, "MaxPool"},
  };
  return kOps;
}

}  // namespace papr
