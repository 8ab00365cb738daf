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

// Types that have no list of their own in TensorValue come as bytes.
bool comes_as_bytes(ov::element::Type type) {
  return type != ov::element::f32 && type != ov::element::i32 && type != ov::element::boolean;
}

Literal read_immediate(const mil::TensorValue& value, ov::element::Type type, ov::Shape shape) {
  static_assert(sizeof(bool) == 1, "as long as OpenVINO's boolean");
  switch (value.value_case()) {
    case mil::TensorValue::kFloats:
      if (type != ov::element::f32) break;
      return own_numbers(type, std::move(shape), value.floats().values());
    case mil::TensorValue::kInts:
      if (type != ov::element::i32) break;
      return own_numbers(type, std::move(shape), value.ints().values());
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
    case BlobType::kInt32:
      return ov::element::i32;
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
  if (literal.bytes.size() != *count * type.size()) {
    reject_corrupt("a constant of " + std::to_string(*count) + " × " + type.get_type_name() +
                   " with " + std::to_string(literal.bytes.size()) + " bytes");
  }
  return literal;
}

std::string read_text(const mil::Value& value) {
  const auto& strings = value.immediatevalue().tensor().strings();
  if (strings.values_size() != 1) reject_corrupt("no string where one is needed");
  return strings.values(0);
}

std::vector<std::int64_t> integers_of(const Literal& literal) {
  if (literal.shape.size() > 1) reject_corrupt("a matrix where a list of integers is needed");
  if (literal.type == ov::element::i32) return convert<std::int32_t, std::int64_t>(literal.bytes);
  if (literal.type == ov::element::boolean || literal.type == ov::element::u8) {
    return convert<std::uint8_t, std::int64_t>(literal.bytes);
  }
  if (literal.type == ov::element::i8) return convert<std::int8_t, std::int64_t>(literal.bytes);
  if (literal.type == ov::element::i16) return convert<std::int16_t, std::int64_t>(literal.bytes);
  if (literal.type == ov::element::u16) return convert<std::uint16_t, std::int64_t>(literal.bytes);
  reject_corrupt("type " + literal.type.get_type_name() + " where integers are needed");
}

std::vector<float> floats_of(const Literal& literal) {
  if (literal.type == ov::element::f32) return convert<float, float>(literal.bytes);
  if (literal.type == ov::element::f16) return convert<ov::float16, float>(literal.bytes);
  reject_corrupt("type " + literal.type.get_type_name() + " where floats are needed");
}

}  // namespace papr
