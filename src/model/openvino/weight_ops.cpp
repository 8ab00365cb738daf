// SPDX-License-Identifier: Apache-2.0
// Compressed weights. A matrix of 8 or 4 bits with a scale for each row, or for each block of a
// row, stays so in memory: OpenVINO multiplies with it and looks rows up in it as it is. All others
// are expanded here, to the half or single precision that the program asks for.
#include <algorithm>
#include <utility>

#include "bad_program.h"
#include "mil_types.h"
#include "op_table.h"
#include "weight_blocks.h"

namespace papr {
namespace {

ov::Shape shape_operand(const Operands& operands) {
  ov::Shape shape;
  for (const std::int64_t length : operands.integers("shape")) {
    if (length < 0) reject_corrupt("operand \"shape\": negative");
    shape.push_back(static_cast<std::size_t>(length));
  }
  if (!element_count(shape)) reject_corrupt("a constant that fits no memory");
  return shape;
}

Results dequantized(Literal data, Shift shift, ov::element::Type type) {
  expect_blocks(data.shape, shift.blocks);
  if (!is_matrix(data, shift.blocks)) return scaled(data, data.shape, nullptr, shift, type);
  return WeightMatrix{std::move(data), std::move(shift), type};
}

void expect_floats(const Literal& literal, const char* name) {
  if (!literal.type.is_real()) reject_corrupt(std::string("operand \"") + name + "\": no floats");
}

// A list of one for each place of `axis`, or one for all.
std::vector<float> along(const Literal& literal, std::size_t length, const char* name) {
  std::vector<float> values = values_of(literal);
  if (values.size() == 1) values.resize(length, values.front());
  if (values.size() != length) {
    reject_corrupt(std::string("operand \"") + name + "\": not one for each place of the axis");
  }
  return values;
}

Results affine_dequantize(const Operands& operands) {
  const Literal data = operands.literal("quantized_data");
  const Literal scale = operands.literal("scale");
  expect_floats(scale, "scale");
  const auto axis = static_cast<std::size_t>(operands.axis("axis", data.shape.size()));
  const std::size_t length = Lengths(data.shape)[axis];
  std::vector<std::size_t> blocks(data.shape.size(), 1);
  blocks[axis] = length;
  Shift shift{.scale = along(scale, length, "scale"),
              .offset = along(operands.literal("zero_point"), length, "zero_point"),
              .blocks = ov::Shape(blocks)};
  return dequantized(data, shift, scale.type);
}

Shift shift_of(const Operands& operands, const Literal& scale) {
  expect_floats(scale, "scale");
  Shift shift{.scale = floats_of(scale), .offset = {}, .blocks = scale.shape};
  if (!operands.has("offset")) return shift;
  const Literal offset = operands.literal("offset");
  if (offset.shape != scale.shape) reject_corrupt("operand \"offset\": not the shape of the scale");
  shift.offset = values_of(offset);
  return shift;
}

Results blockwise_shift_scale(const Operands& operands) {
  const Literal scale = operands.literal("scale");
  return dequantized(operands.literal("data"), shift_of(operands, scale), scale.type);
}

Results sparse_blockwise_shift_scale(const Operands& operands) {
  const Literal mask = operands.literal("data_mask");
  const Literal scale = operands.literal("scale");
  const std::vector<std::uint8_t> flags = small_numbers_of(mask);
  return Results({mask, scaled(operands.literal("nonzero_data"), mask.shape, &flags,
                               shift_of(operands, scale), scale.type)});
}

std::size_t vector_axis(const Operands& operands, std::size_t rank) {
  if (rank == 0) reject_corrupt("indices of rank 0");
  return static_cast<std::size_t>(
      operands.axis("vector_axis", rank, static_cast<std::int64_t>(rank) - 1));
}

// Of iOS 16 has an operand "shape": its indices are bits, one after the other, in bytes.
Results lut_to_dense(const Operands& operands) {
  Literal indices = operands.literal("indices");
  Literal lut = operands.literal("lut");
  if (!operands.has("shape")) {
    const std::size_t axis = vector_axis(operands, indices.shape.size());
    return looked_up(small_numbers_of(indices), indices.shape, lut, axis);
  }
  const std::size_t entries = ov::shape_size(lut.shape);
  const auto types = {ov::element::u1, ov::element::u2, ov::element::u4, ov::element::u6,
                      ov::element::u8};
  const auto* const type = std::ranges::find_if(types, [entries](ov::element::Type one) {
    return std::size_t{1} << one.bitwidth() == entries;
  });
  if (type == types.end()) reject_corrupt("operand \"lut\": not 2, 4, 16, 64 or 256 entries");
  indices.type = *type;
  indices.shape = shape_operand(operands);
  if (indices.shape.empty()) indices.shape = {1};
  if (indices.bytes.size() != (ov::shape_size(indices.shape) * type->bitwidth() + 7) / 8) {
    reject_corrupt("operand \"indices\": not one for each element of the shape");
  }
  lut.shape = ov::Shape(indices.shape.size(), 1);
  lut.shape.insert(lut.shape.end(), {entries, 1});
  return looked_up(small_numbers_of(indices), indices.shape, lut, 0);
}

Results lut_to_sparse(const Operands& operands) {
  const Literal mask = operands.literal("indices_mask");
  const Literal lut = operands.literal("lut");
  const std::vector<std::uint8_t> flags = small_numbers_of(mask);
  const std::size_t axis = vector_axis(operands, mask.shape.size());
  const Literal indices = spread(operands.literal("indices_nonzero_data"), flags, mask.shape);
  const Literal dense = looked_up(small_numbers_of(indices), mask.shape, lut, axis);
  // The mask is spread as the indices are: a palette of its own, 0 and 1 as vectors.
  ov::Shape palette(mask.shape.size(), 1);
  const std::size_t length = lut.shape.back();
  palette.insert(palette.end(), {2, length});
  std::vector<std::byte> zeros_and_ones(2 * length);
  std::fill(zeros_and_ones.begin() + static_cast<std::ptrdiff_t>(length), zeros_and_ones.end(),
            std::byte{1});
  const Literal wide = looked_up(
      flags, mask.shape, own_literal(ov::element::u8, palette, std::move(zeros_and_ones)), axis);
  return Results({wide, picked(dense, small_numbers_of(wide))});
}

// Of iOS 16 has an operand "shape": its mask are bits in bytes, as those of type uint1.
Results sparse_to_dense(const Operands& operands) {
  const Literal data = operands.literal("nonzero_data");
  Literal mask = operands.literal("mask");
  if (operands.has("shape")) {
    mask.type = ov::element::u1;
    mask.shape = shape_operand(operands);
    if (mask.bytes.size() != (ov::shape_size(mask.shape) + 7) / 8) {
      reject_corrupt("operand \"mask\": not one bit for each element of the shape");
    }
  }
  return spread(data, small_numbers_of(mask), mask.shape);
}

Results cast(const Operands& operands) {
  const Literal source = operands.literal("source_val");
  if (element_type_of(operands.text("output_dtype")) != ov::element::f32) {
    reject_unsupported("a constexpr_cast to another type than fp32");
  }
  expect_floats(source, "source_val");
  const Shift same{.scale = {1}, .offset = {}, .blocks = ov::Shape(source.shape.size(), 1)};
  return scaled(source, source.shape, nullptr, same, ov::element::f32);
}

constexpr double kHalfStep = 5e-4;  // 2^-11: of what is expanded to half precision

}  // namespace

std::span<const OpEntry> weight_ops() {
  static constexpr OpEntry kOps[] = {
      {"constexpr_affine_dequantize", "quantized_data zero_point scale axis", &affine_dequantize,
       "Convert, Subtract, Multiply; else Constant", kHalfStep},
      {"constexpr_blockwise_shift_scale", "data scale offset", &blockwise_shift_scale,
       "Convert, Subtract, Multiply; else Constant", kHalfStep},
      {"constexpr_cast", "source_val output_dtype", &cast, "Constant"},
      {"constexpr_lut_to_dense", "indices lut shape vector_axis", &lut_to_dense, "Constant"},
      {"constexpr_lut_to_sparse", "indices_mask indices_nonzero_data lut vector_axis",
       &lut_to_sparse, "Constant"},
      {"constexpr_sparse_blockwise_shift_scale", "data_mask nonzero_data scale offset",
       &sparse_blockwise_shift_scale, "Constant", kHalfStep},
      {"constexpr_sparse_to_dense", "nonzero_data mask shape", &sparse_to_dense, "Constant"},
  };
  return kOps;
}

}  // namespace papr
