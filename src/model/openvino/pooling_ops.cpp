// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <openvino/op/avg_pool.hpp>
#include <openvino/op/max_pool.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/sqrt.hpp>
#include <vector>

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

// MIL lets the last window begin behind the plane where nothing is padded, as a stride longer than
// the kernel may have it. OpenVINO drops it.
void expect_windows_inside(const Pooling& pooling, const ov::PartialShape& shape) {
  const std::vector<std::size_t>& sizes = pooling.kernel;
  const std::vector<std::size_t>& before = pooling.pads_begin;
  const std::vector<std::size_t>& behind = pooling.pads_end;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::size_t size = sizes[i];
    const std::size_t stride = pooling.window.strides[i];
    if (stride <= size || before[i] + behind[i] > 0) continue;
    const ov::Dimension& length = shape[static_cast<std::ptrdiff_t>(i + 2)];
    const auto places = length.is_static() ? static_cast<std::size_t>(length.get_length()) : size;
    if (length.is_dynamic() || (places >= size && (places - size) % stride >= size)) {
      reject_unsupported("ceil_mode where the last window lies behind the plane");
    }
  }
}

Pooling pooling_of(const Operands& operands, const Value& x) {
  const std::size_t rank = rank_of(x);
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
  if (pooling.rounding != ov::op::RoundingType::FLOOR) {
    expect_windows_inside(pooling, x.get_partial_shape());
  }
  return pooling;
}

Value average(const Value& x, const Pooling& pooling, bool exclude_padding) {
  return make<ov::op::v14::AvgPool>(x, pooling.window.strides, pooling.pads_begin, pooling.pads_end,
                                    pooling.kernel, exclude_padding, pooling.rounding,
                                    pooling.window.pad_type);
}

bool is_padded(const Pooling& pooling) {
  const auto some = [](std::size_t pad) { return pad > 0; };
  return std::ranges::any_of(pooling.pads_begin, some) ||
         std::ranges::any_of(pooling.pads_end, some);
}

// A window that reaches out of the plane counts what it has of plane and padding. OpenVINO counts
// the whole window as soon as there is padding.
Results avg_pool(const Operands& operands) {
  const Value x = operands.floats("x");
  const Pooling pooling = pooling_of(operands, x);
  const bool exclude_padding = operands.flag("exclude_padding_from_average", false);
  if (pooling.rounding != ov::op::RoundingType::FLOOR && is_padded(pooling) && !exclude_padding) {
    reject_unsupported("ceil_mode with padding that counts");
  }
  return average(x, pooling, exclude_padding);
}

// The root of the sum of squares, which is the average times their number.
Results l2_pool(const Operands& operands) {
  const Value x = operands.floats("x");
  const Pooling pooling = pooling_of(operands, x);
  if (pooling.rounding != ov::op::RoundingType::FLOOR) reject_unsupported("ceil_mode");
  const Value mean = average(make<ov::op::v1::Multiply>(x, x), pooling, false);
  const auto size = static_cast<float>(ov::shape_size(pooling.kernel));
  return make<ov::op::v0::Sqrt>(make<ov::op::v1::Multiply>(mean, number_of(size)));
}

Results max_pool(const Operands& operands) {
  const Value x = operands.floats("x");
  const Pooling pooling = pooling_of(operands, x);
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
