// SPDX-License-Identifier: Apache-2.0
#include "weight_blocks.h"

#include <cstring>
#include <openvino/core/type/float16.hpp>
#include <utility>

#include "bad_program.h"
#include "mil_types.h"

namespace papr {
namespace {

std::size_t count_of(const ov::Shape& shape) {
  const auto count = element_count(shape);
  if (!count) reject_corrupt("a constant that fits no memory");
  return static_cast<std::size_t>(*count);
}

std::size_t ones_of(const std::vector<std::uint8_t>& mask) {
  std::size_t ones = 0;
  for (const std::uint8_t flag : mask) ones += flag != 0 ? 1 : 0;
  return ones;
}

// Elements of less than a byte as bytes, so that each can be copied.
Literal in_bytes(const Literal& data) {
  if (data.type.bitwidth() >= 8) return data;
  std::vector<std::byte> bytes;
  for (const float value : values_of(data)) {
    bytes.push_back(static_cast<std::byte>(static_cast<std::int8_t>(value)));
  }
  const auto type = data.type.is_signed() ? ov::element::i8 : ov::element::u8;
  return own_literal(type, data.shape, std::move(bytes));
}

class FloatWriter {
 public:
  FloatWriter(ov::element::Type type, std::size_t count) : half_(type == ov::element::f16) {
    bytes_.resize(count * type.size());
  }
  void push(float value) {
    if (half_) return push_bytes(ov::float16(value));
    push_bytes(value);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  template <class Element>
  void push_bytes(Element element) {
    std::memcpy(bytes_.data() + at_, &element, sizeof element);
    at_ += sizeof element;
  }

  bool half_;
  std::size_t at_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace

void expect_blocks(Lengths shape, Lengths blocks) {
  bool divides = shape.size() == blocks.size();
  for (std::size_t axis = 0; divides && axis < shape.size(); ++axis) {
    divides = blocks[axis] > 0 && shape[axis] % blocks[axis] == 0;
  }
  if (!divides) reject_corrupt("blocks that do not divide the tensor");
}

Literal scaled(const Literal& data, const ov::Shape& shape, const std::vector<std::uint8_t>* mask,
               const Shift& shift, ov::element::Type type) {
  expect_blocks(shape, shift.blocks);
  const std::vector<float> values = values_of(data);
  const std::size_t blocks = count_of(shift.blocks);
  const std::size_t needed = mask == nullptr ? count_of(shape) : ones_of(*mask);
  if (values.size() != needed || shift.scale.size() != blocks ||
      (!shift.offset.empty() && shift.offset.size() != blocks) ||
      (mask != nullptr && mask->size() != count_of(shape))) {
    reject_corrupt("as many values as neither the shape nor the blocks have");
  }
  FloatWriter writer(type, values.size());
  std::size_t element = 0;
  std::size_t next = 0;
  for_each_block(shape, shift.blocks, [&](std::size_t block) {
    if (mask != nullptr && (*mask)[element++] == 0) return;
    const float offset = shift.offset.empty() ? 0 : shift.offset[block];
    writer.push((values[next++] - offset) * shift.scale[block]);
  });
  ov::Shape made = mask == nullptr ? shape : ov::Shape{values.size()};
  return own_literal(type, std::move(made), writer.take());
}

Literal spread(const Literal& data, const std::vector<std::uint8_t>& mask, ov::Shape shape) {
  const Literal list = in_bytes(data);
  const std::size_t size = list.type.size();
  if (mask.size() != count_of(shape) || ones_of(mask) * size != list.bytes.size()) {
    reject_corrupt("a mask with as many ones as there are not values");
  }
  std::vector<std::byte> bytes(mask.size() * size);
  std::size_t next = 0;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    std::memcpy(bytes.data() + i * size, list.bytes.data() + next, size);
    next += size;
  }
  return own_literal(list.type, std::move(shape), std::move(bytes));
}

Literal picked(const Literal& dense, const std::vector<std::uint8_t>& mask) {
  const std::size_t size = dense.type.size();
  if (mask.size() * size != dense.bytes.size()) reject_corrupt("a mask of another shape");
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const auto element = dense.bytes.subspan(i * size, size);
    if (mask[i] != 0) bytes.insert(bytes.end(), element.begin(), element.end());
  }
  const ov::Shape shape{bytes.size() / size};
  return own_literal(dense.type, shape, std::move(bytes));
}

Literal looked_up(const std::vector<std::uint8_t>& indices, const ov::Shape& shape,
                  const Literal& lut, std::size_t axis) {
  const std::size_t rank = shape.size();
  constexpr std::size_t kLongestVector = 64;  // bounds what a hostile package can cost
  if (lut.shape.size() != rank + 2 || rank == 0 || lut.type.bitwidth() < 8 ||
      lut.shape.back() > kLongestVector) {
    reject_corrupt("a palette that does not fit its indices");
  }
  const Lengths lengths = lut.shape;
  const std::size_t entries = lengths[rank];
  const std::size_t length = lengths[rank + 1];
  const ov::Shape blocks(lut.shape.begin(), lut.shape.begin() + static_cast<std::ptrdiff_t>(rank));
  expect_blocks(shape, blocks);
  if (indices.size() != count_of(shape)) reject_corrupt("indices of another shape");
  std::vector<std::size_t> made(shape);
  made[axis] *= length;
  const std::size_t size = lut.type.size();
  std::vector<std::byte> bytes(count_of(ov::Shape(made)) * size);
  // Along the vector, its members are as far apart as what lies behind the axis is long.
  std::size_t behind = 1;
  for (std::size_t i = axis + 1; i < rank; ++i) behind *= Lengths(shape)[i];
  std::size_t element = 0;
  for_each_block(shape, blocks, [&](std::size_t block) {
    const std::size_t index = indices[element];
    if (index >= entries) reject_corrupt("an index beyond its palette");
    const std::size_t outer = element / behind;
    const std::size_t inner = element % behind;
    const std::size_t from = (block * entries + index) * length;
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t to = (outer * length + i) * behind + inner;
      std::memcpy(bytes.data() + to * size, lut.bytes.data() + (from + i) * size, size);
    }
    ++element;
  });
  return own_literal(lut.type, ov::Shape(made), std::move(bytes));
}

}  // namespace papr
