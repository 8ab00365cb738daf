// SPDX-License-Identifier: Apache-2.0
#include "strided_values.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "../shape_text.h"

namespace papr {
namespace {

// How many values from the first to the last, both counted; nothing where that cannot be said.
std::optional<std::int64_t> reach(const StridedValues& values) {
  std::int64_t last = 0;
  for (std::size_t axis = 0; axis < values.shape.size(); ++axis) {
    std::int64_t step = 0;
    if (values.shape[axis] < 0 || values.strides[axis] < 0) return std::nullopt;
    if (values.shape[axis] == 0) return 0;
    if (__builtin_mul_overflow(values.shape[axis] - 1, values.strides[axis], &step)) return {};
    if (__builtin_add_overflow(last, step, &last)) return std::nullopt;
  }
  return last == std::numeric_limits<std::int64_t>::max() ? std::nullopt : std::optional(last + 1);
}

// The number of values, if they fit into memory; strides of 0 repeat values without bound.
std::optional<std::size_t> count(std::span<const std::int64_t> shape) {
  std::int64_t values = 1;
  for (const std::int64_t length : shape) {
    if (__builtin_mul_overflow(values, length, &values)) return std::nullopt;
  }
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  return values > kMost ? std::nullopt : std::optional(static_cast<std::size_t>(values));
}

void copy_value(const std::byte* from, ValueType type, std::byte* to) {
  if (type != ValueType::kFloat64) {
    std::memcpy(to, from, size_bytes_of(type));
    return;
  }
  double wide = 0;
  std::memcpy(&wide, from, sizeof wide);
  const auto narrow = static_cast<float>(wide);
  std::memcpy(to, &narrow, sizeof narrow);
}

// Counts `index` up, the last axis first. False after the last one.
bool next(std::vector<std::int64_t>& index, std::span<const std::int64_t> shape) {
  for (std::size_t axis = index.size(); axis-- > 0;) {
    if (++index[axis] < shape[axis]) return true;
    index[axis] = 0;
  }
  return false;
}

}  // namespace

std::size_t size_bytes_of(ValueType type) noexcept {
  switch (type) {
    case ValueType::kFloat16:
      return 2;
    case ValueType::kInt32:
    case ValueType::kFloat32:
      return 4;
    case ValueType::kFloat64:
      return 8;
  }
  return 8;  // Unreachable; no default above, so -Wswitch finds a new value.
}

ElementType element_type_of(ValueType type) noexcept {
  switch (type) {
    case ValueType::kInt32:
      return ElementType::kInt32;
    case ValueType::kFloat16:
      return ElementType::kFloat16;
    case ValueType::kFloat32:
    case ValueType::kFloat64:
      return ElementType::kFloat32;
  }
  return ElementType::kFloat32;  // Unreachable, as above.
}

std::vector<std::int64_t> row_major_strides(std::span<const std::int64_t> shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

Result<std::vector<std::byte>> row_major_copy(const StridedValues& values) {
  const std::size_t from_size = size_bytes_of(values.type);
  const auto needed =
      values.strides.size() == values.shape.size() ? reach(values) : std::optional<std::int64_t>();
  const auto number = needed ? count(values.shape) : std::nullopt;
  if (!number || static_cast<std::uint64_t>(*needed) > values.bytes.size() / from_size) {
    return fail(ErrorCode::kUnsupported, "read values of shape " + shape_text(values.shape) +
                                             " with strides " + shape_text(values.strides) +
                                             ": they are not within " +
                                             std::to_string(values.bytes.size()) + " bytes");
  }
  const std::size_t to_size = size_bytes_of(element_type_of(values.type));
  std::vector<std::byte> copy(*number * to_size);
  if (copy.empty()) return copy;
  if (to_size == from_size && std::ranges::equal(values.strides, row_major_strides(values.shape))) {
    std::memcpy(copy.data(), values.bytes.data(), copy.size());
    return copy;
  }
  std::vector<std::int64_t> index(values.shape.size(), 0);
  std::byte* to = copy.data();
  do {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
      at += index[axis] * values.strides[axis];
    copy_value(values.bytes.data() + static_cast<std::size_t>(at) * from_size, values.type, to);
    to += to_size;
  } while (next(index, values.shape));
  return copy;
}

}  // namespace papr
