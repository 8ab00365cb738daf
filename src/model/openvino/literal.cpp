// SPDX-License-Identifier: Apache-2.0
#include "literal.h"

#include <cstring>
#include <openvino/core/type/float16.hpp>
#include <utility>

#include "bad_program.h"
#include "mil_types.h"

namespace papr {
namespace {

// Owns the bytes of an immediate; the program that they came from may go.
Literal own(ov::element::Type type, ov::Shape shape, const void* data, std::size_t size) {
  auto bytes = std::make_shared<std::vector<std::byte>>(size);
  if (size != 0) std::memcpy(bytes->data(), data, size);
  return {type, std::move(shape), *bytes, bytes, false};
}

template <class Values>
Literal own_numbers(ov::element::Type type, ov::Shape shape, const Values& values) {
  return own(type, std::move(shape), values.data(),
             static_cast<std::size_t>(values.size()) * sizeof(*values.data()));
}

std::vector<std::int16_t> narrowed(const google::protobuf::RepeatedField<std::int32_t>& values) {
  std::vector<std::int16_t> narrow;
  for (const std::int32_t value : values) {
    if (value < -32768 || value > 65535)
      reject_corrupt("a constant of 16 bits with a longer value");
    narrow.push_back(static_cast<std::int16_t>(value));
  }
  return narrow;
}

// Types that have no list of their own in TensorValue come as bytes.
bool comes_as_bytes(ov::element::Type type) {
  return type != ov::element::f32 && type != ov::element::i32 && type != ov::element::boolean;
}

// coremltools writes these types as a list of int32, too.
Literal own_integers(ov::element::Type type, ov::Shape shape,
                     const google::protobuf::RepeatedField<std::int32_t>& values) {
  if (type == ov::element::i32 || type == ov::element::u32) {
    return own_numbers(type, std::move(shape), values);
  }
  if (type == ov::element::i16 || type == ov::element::u16) {
    const std::vector<std::int16_t> narrow = narrowed(values);
    return own_numbers(type, std::move(shape), narrow);
  }
  reject_corrupt("a constant of type " + type.get_type_name() + " with values of another type");
}

Literal read_immediate(const mil::TensorValue& value, ov::element::Type type, ov::Shape shape) {
  static_assert(sizeof(bool) == 1, "as long as OpenVINO's boolean");
  switch (value.value_case()) {
    case mil::TensorValue::kFloats:
      if (type != ov::element::f32) break;
      return own_numbers(type, std::move(shape), value.floats().values());
    case mil::TensorValue::kInts:
      return own_integers(type, std::move(shape), value.ints().values());
    case mil::TensorValue::kBools:
      if (type != ov::element::boolean) break;
      return own_numbers(type, std::move(shape), value.bools().values());
    case mil::TensorValue::kBytes:
      if (!comes_as_bytes(type)) break;
      return own_numbers(type, std::move(shape), value.bytes().values());
    case mil::TensorValue::VALUE_NOT_SET:
      return own(type, std::move(shape), nullptr, 0);
    default:
      break;
  }
  reject_corrupt("a constant of type " + type.get_type_name() + " with values of another type");
}

ov::element::Type element_type_of(BlobType type) {
  switch (type) {
    case BlobType::kFloat16:
      return ov::element::f16;
    case BlobType::kFloat32:
      return ov::element::f32;
    case BlobType::kUint8:
      return ov::element::u8;
    case BlobType::kInt8:
      return ov::element::i8;
    case BlobType::kInt16:
      return ov::element::i16;
    case BlobType::kUint16:
      return ov::element::u16;
    case BlobType::kInt4:
      return ov::element::i4;
    case BlobType::kUint1:
      return ov::element::u1;
    case BlobType::kUint2:
      return ov::element::u2;
    case BlobType::kUint4:
      return ov::element::u4;
    case BlobType::kUint3:
      return ov::element::u3;
    case BlobType::kUint6:
      return ov::element::u6;
    case BlobType::kInt32:
      return ov::element::i32;
    case BlobType::kUint32:
      return ov::element::u32;
  }
  reject_unsupported("element type of a weight");
}

Literal read_weight(const mil::Value::BlobFileValue& value, ov::element::Type type, ov::Shape shape,
                    WeightFiles& weights) {
  auto blob = weights.blob(value.filename(), value.offset());
  if (!blob) throw BadProgram{std::move(blob.error())};
  if (element_type_of(blob->type) != type) {
    reject_corrupt("weight at byte " + std::to_string(value.offset()) + ": its element type is " +
                   element_type_of(blob->type).get_type_name() + ", the program's " +
                   type.get_type_name());
  }
  return {type, std::move(shape), blob->bytes, std::move(blob->owner), true};
}

// Elements of less than a byte lie one after the other from the lowest bit of the first byte on,
// those of 3 and 6 bits across bytes.
template <class Number>
std::vector<Number> unpack(const Literal& literal) {
  const std::size_t bits = literal.type.bitwidth();
  const std::size_t count = ov::shape_size(literal.shape);
  const unsigned mask = (1U << bits) - 1;
  const auto byte = [&literal](std::size_t at) {
    return at < literal.bytes.size() ? std::to_integer<unsigned>(literal.bytes[at]) : 0U;
  };
  std::vector<Number> numbers;
  numbers.reserve(count);
  for (std::size_t bit = 0; bit < count * bits; bit += bits) {
    const unsigned both = byte(bit / 8) | byte(bit / 8 + 1) << 8U;
    const int value = static_cast<int>(both >> bit % 8 & mask);
    const bool negative = literal.type.is_signed() && value > static_cast<int>(mask / 2);
    numbers.push_back(static_cast<Number>(negative ? value - static_cast<int>(mask) - 1 : value));
  }
  return numbers;
}

template <class Element, class Number>
std::vector<Number> convert(std::span<const std::byte> bytes) {
  std::vector<Number> numbers;
  numbers.reserve(bytes.size() / sizeof(Element));
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Element)) {
    Element element;
    std::memcpy(&element, bytes.data() + at, sizeof element);
    numbers.push_back(static_cast<Number>(element));
  }
  return numbers;
}

template <class Number>
std::vector<Number> numbers_of(const Literal& literal) {
  if (literal.type.bitwidth() < 8) return unpack<Number>(literal);
  switch (literal.type) {
    case ov::element::f32:
      return convert<float, Number>(literal.bytes);
    case ov::element::f16:
      return convert<ov::float16, Number>(literal.bytes);
    case ov::element::i32:
      return convert<std::int32_t, Number>(literal.bytes);
    case ov::element::u32:
      return convert<std::uint32_t, Number>(literal.bytes);
    case ov::element::i16:
      return convert<std::int16_t, Number>(literal.bytes);
    case ov::element::u16:
      return convert<std::uint16_t, Number>(literal.bytes);
    case ov::element::i8:
      return convert<std::int8_t, Number>(literal.bytes);
    case ov::element::u8:
    case ov::element::boolean:
      return convert<std::uint8_t, Number>(literal.bytes);
    default:
      reject_corrupt("type " + literal.type.get_type_name() + " where numbers are needed");
  }
}

}  // namespace

Literal read_literal(const mil::Value& value, WeightFiles& weights) {
  const mil::TensorType& tensor = tensor_type_of(value.type());
  const ov::element::Type type = element_type_of(tensor.datatype());
  ov::Shape shape = static_shape_of(tensor);
  const auto count = element_count(shape);
  if (!count) reject_corrupt("a constant that fits no memory");

  const Literal literal =
      value.has_blobfilevalue()
          ? read_weight(value.blobfilevalue(), type, std::move(shape), weights)
          : read_immediate(value.immediatevalue().tensor(), type, std::move(shape));
  if (literal.bytes.size() != (*count * type.bitwidth() + 7) / 8) {
    reject_corrupt("a constant of " + std::to_string(*count) + " × " + type.get_type_name() +
                   " with " + std::to_string(literal.bytes.size()) + " bytes");
  }
  return literal;
}

Literal own_literal(ov::element::Type type, ov::Shape shape, std::vector<std::byte> bytes) {
  auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  return {type, std::move(shape), *owner, owner, true};
}

std::string read_text(const mil::Value& value) {
  const auto& strings = value.immediatevalue().tensor().strings();
  if (strings.values_size() != 1) reject_corrupt("no string where one is needed");
  return strings.values(0);
}

std::vector<std::int64_t> integers_of(const Literal& literal) {
  if (literal.shape.size() > 1) reject_corrupt("a matrix where a list of integers is needed");
  return all_integers_of(literal);
}

std::vector<std::int64_t> all_integers_of(const Literal& literal) {
  if (literal.type.is_real()) {
    reject_corrupt("type " + literal.type.get_type_name() + " where integers are needed");
  }
  return numbers_of<std::int64_t>(literal);
}

std::vector<float> floats_of(const Literal& literal) {
  if (!literal.type.is_real()) {
    reject_corrupt("type " + literal.type.get_type_name() + " where floats are needed");
  }
  return numbers_of<float>(literal);
}

std::vector<float> values_of(const Literal& literal) { return numbers_of<float>(literal); }

std::vector<std::uint8_t> small_numbers_of(const Literal& literal) {
  const bool small = literal.type.bitwidth() <= 8 && literal.type.is_integral_number();
  if (literal.type != ov::element::boolean && (!small || literal.type.is_signed())) {
    reject_corrupt("type " + literal.type.get_type_name() + " where small numbers are needed");
  }
  return numbers_of<std::uint8_t>(literal);
}

}  // namespace papr
