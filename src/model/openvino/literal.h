// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <openvino/core/shape.hpp>
#include <openvino/core/type/element_type.hpp>
#include <span>
#include <string>
#include <vector>

#include "coreml_schema.h"
#include "weight_file.h"

namespace papr {

/// A constant of a program, row-major.
struct Literal {
  ov::element::Type type;
  ov::Shape shape;
  std::span<const std::byte> bytes;   ///< elements of `shape` × size of `type`, no more, no less
  std::shared_ptr<const void> owner;  ///< keeps `bytes` valid
  bool mapped = false;  ///< a weight, or what was made of one, so worth not being copied
};

// All of these throw BadProgram when the value is damaged or of another type.

/// Reads a number or a list of numbers. Weights are mapped, not copied.
[[nodiscard]] Literal read_literal(const mil::Value& value, WeightFiles& weights);

/// A string, as the `mode` of a gelu.
[[nodiscard]] std::string read_text(const mil::Value& value);

/// A number of bytes that owns itself, as a literal.
[[nodiscard]] Literal own_literal(ov::element::Type type, ov::Shape shape,
                                  std::vector<std::byte> bytes);

/// Integers or booleans of rank 0 or 1.
[[nodiscard]] std::vector<std::int64_t> integers_of(const Literal& literal);

/// Integers or booleans, whatever their shape.
[[nodiscard]] std::vector<std::int64_t> all_integers_of(const Literal& literal);

/// Floats, whatever their precision and shape.
[[nodiscard]] std::vector<float> floats_of(const Literal& literal);

/// Numbers of any type as floats, whatever their shape.
[[nodiscard]] std::vector<float> values_of(const Literal& literal);

/// Numbers without a sign of up to 8 bits, or booleans, whatever their shape.
[[nodiscard]] std::vector<std::uint8_t> small_numbers_of(const Literal& literal);

}  // namespace papr
