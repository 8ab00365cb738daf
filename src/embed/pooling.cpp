// SPDX-License-Identifier: Apache-2.0
#include "pooling.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace papr {
namespace {

/// IEEE 754 binary16 to float, exact. By hand: g++ 12 has no half type in C++.
float float_of_half(std::uint16_t half) noexcept {
  const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1FU;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0) {  // zero, or subnormal: fraction × 2^-24
    const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    return sign == 0 ? magnitude : -magnitude;
  }
  // 31 marks infinity and NaN, which float marks by 255; else the bias goes from 15 to 127.
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

}  // namespace

Result<std::vector<float>> float_values(const Tensor& tensor) {
  if (tensor.type == ElementType::kInt32) {
    return fail(ErrorCode::kCorrupt, "read output \"" + tensor.name + "\": it holds no floats");
  }
  std::size_t count = 1;
  for (const std::int64_t length : tensor.shape) count *= static_cast<std::size_t>(length);
  if (tensor.bytes.size() != count * size_bytes_of(tensor.type)) {
    return fail(ErrorCode::kCorrupt, "read output \"" + tensor.name +
                                         "\": " + std::to_string(tensor.bytes.size()) +
                                         " bytes for " + std::to_string(count) + " values");
  }
  std::vector<float> values(count);
  if (tensor.type == ElementType::kFloat32) {
    if (count > 0) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, tensor.bytes.data() + i * sizeof half, sizeof half);
    values[i] = float_of_half(half);
  }
  return values;
}

std::vector<float> mean_of_rows(std::span<const float> hidden, std::size_t count, std::size_t dim) {
  std::vector<float> mean(dim);
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t i = 0; i < dim; ++i) mean[i] += hidden[row * dim + i];
  }
  for (float& value : mean) value /= static_cast<float>(count);
  return mean;
}

Result<std::vector<float>> unit_vector(std::span<const float> values) {
  double sum_of_squares = 0;
  for (const float value : values) sum_of_squares += double{value} * double{value};
  if (!std::isfinite(sum_of_squares)) {
    return fail(ErrorCode::kCorrupt, "normalise vector: it has NaN or infinity");
  }
  // Below this the largest value is 0 or so near it that no direction is left.
  if (sum_of_squares < double{std::numeric_limits<float>::min()}) {
    return fail(ErrorCode::kCorrupt, "normalise vector: it is all zeros");
  }
  const double scale = 1 / std::sqrt(sum_of_squares);
  std::vector<float> unit;
  unit.reserve(values.size());
  for (const float value : values) unit.push_back(static_cast<float>(value * scale));
  return unit;
}

}  // namespace papr
