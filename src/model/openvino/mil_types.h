// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <openvino/core/partial_shape.hpp>
#include <openvino/core/shape.hpp>
#include <openvino/core/type/element_type.hpp>
#include <optional>
#include <string_view>

#include "coreml_schema.h"

namespace papr {

/// The element type that MIL names. Throws BadProgram for those that are not read here.
[[nodiscard]] ov::element::Type element_type_of(mil::DataType type);

/// As the attribute `dtype` of a cast spells it: "fp16".
[[nodiscard]] ov::element::Type element_type_of(std::string_view dtype);

/// The type that a program's value of `type` has in our graph. Floats are computed in the precision
/// that the backend sets, and the CPU has no kernels for small integers: half becomes f32, integers
/// become i32. Every value of the narrow type has the same value in the wide one.
[[nodiscard]] ov::element::Type widened(ov::element::Type type);

/// The lengths of a tensor type's axes, unknown ones dynamic.
/// Throws BadProgram when the rank contradicts itself or an axis is absurd.
[[nodiscard]] ov::PartialShape shape_of(const mil::TensorType& type);

/// As shape_of, where every axis must be known, as in a constant.
[[nodiscard]] ov::Shape static_shape_of(const mil::TensorType& type);

/// The number of elements, or nothing where more than kMostElements.
[[nodiscard]] std::optional<std::uint64_t> element_count(const ov::Shape& shape);

/// More than any tensor of a model that fits a machine; leaves room to multiply by an element size.
inline constexpr std::uint64_t kMostElements = std::uint64_t{1} << 40;

/// The type of the tensor `value`. Throws BadProgram when it is none.
[[nodiscard]] const mil::TensorType& tensor_type_of(const mil::ValueType& type);

}  // namespace papr
