// SPDX-License-Identifier: Apache-2.0
#include "mil_types.h"

#include <string>

#include "bad_program.h"

namespace papr {

ov::element::Type element_type_of(mil::DataType type) {
  switch (type) {
    case mil::BOOL:
      return ov::element::boolean;
    case mil::FLOAT16:
      return ov::element::f16;
    case mil::FLOAT32:
      return ov::element::f32;
    case mil::INT8:
      return ov::element::i8;
    case mil::INT16:
      return ov::element::i16;
    case mil::INT32:
      return ov::element::i32;
    case mil::UINT8:
      return ov::element::u8;
    case mil::UINT16:
      return ov::element::u16;
    case mil::UINT32:
      return ov::element::u32;
    case mil::INT4:
      return ov::element::i4;
    case mil::UINT1:
      return ov::element::u1;
    case mil::UINT2:
      return ov::element::u2;
    case mil::UINT3:
      return ov::element::u3;
    case mil::UINT4:
      return ov::element::u4;
    case mil::UINT6:
      return ov::element::u6;
    default:
      reject_unsupported("element type " + std::to_string(type));
  }
}

ov::element::Type element_type_of(std::string_view dtype) {
  if (dtype == "bool") return ov::element::boolean;
  if (dtype == "fp16") return ov::element::f16;
  if (dtype == "fp32") return ov::element::f32;
  if (dtype == "int8") return ov::element::i8;
  if (dtype == "int16") return ov::element::i16;
  if (dtype == "int32") return ov::element::i32;
  if (dtype == "uint8") return ov::element::u8;
  if (dtype == "uint16") return ov::element::u16;
  reject_unsupported("element type \"" + std::string(dtype) + "\"");
}

ov::element::Type widened(ov::element::Type type) {
  if (type == ov::element::boolean) return type;
  return type.is_real() ? ov::element::f32 : ov::element::i32;
}

ov::PartialShape shape_of(const mil::TensorType& type) {
  if (type.rank() != type.dimensions_size()) {
    reject_corrupt("a tensor of rank " + std::to_string(type.rank()) + " with " +
                   std::to_string(type.dimensions_size()) + " axes");
  }
  ov::PartialShape shape;
  for (const mil::Dimension& dimension : type.dimensions()) {
    if (dimension.has_unknown()) {
      if (dimension.unknown().variadic()) reject_unsupported("a tensor of any rank");
      shape.push_back(ov::Dimension::dynamic());
      continue;
    }
    const std::uint64_t length = dimension.constant().size();
    if (length > kMostElements) reject_corrupt("an axis of length " + std::to_string(length));
    shape.push_back(static_cast<std::int64_t>(length));
  }
  return shape;
}

ov::Shape static_shape_of(const mil::TensorType& type) {
  const ov::PartialShape shape = shape_of(type);
  if (shape.is_dynamic()) reject_corrupt("a constant without a fixed shape");
  return shape.to_shape();
}

std::optional<std::uint64_t> element_count(const ov::Shape& shape) {
  std::uint64_t count = 1;
  for (const std::size_t length : shape) {
    if (length == 0) return 0;
    if (count > kMostElements / length) return std::nullopt;
    count *= length;
  }
  return count;
}

const mil::TensorType& tensor_type_of(const mil::ValueType& type) {
  if (!type.has_tensortype()) reject_unsupported("a value that is no tensor");
  return type.tensortype();
}

}  // namespace papr
