// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "papr/model.h"
#include "papr/result.h"

namespace papr {

/// What the values of an MLMultiArray can be, as far as we read them.
enum class ValueType { kInt32, kFloat16, kFloat32, kFloat64 };

[[nodiscard]] std::size_t size_bytes_of(ValueType type) noexcept;

/// As what they are given on: doubles become float32.
[[nodiscard]] ElementType element_type_of(ValueType type) noexcept;

/// Values in memory that is not ours. `strides` count values, one for each axis.
struct StridedValues {
  std::span<const std::byte> bytes;
  ValueType type = ValueType::kFloat32;
  std::span<const std::int64_t> shape;
  std::span<const std::int64_t> strides;
};

/// The strides of values that lie one after the other, the last axis innermost.
[[nodiscard]] std::vector<std::int64_t> row_major_strides(std::span<const std::int64_t> shape);

/// The values one after the other, as element_type_of gives them. Pure.
/// @error kUnsupported  a negative length or stride, another number of strides than of axes, or
///                      values that would lie beyond `bytes`; the message has the numbers.
[[nodiscard]] Result<std::vector<std::byte>> row_major_copy(const StridedValues& values);

}  // namespace papr
