// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <openvino/core/shape.hpp>
#include <span>
#include <vector>

#include "literal.h"

namespace papr {

// What the ops of compressed weights have in common: a parameter (a scale, a palette) for each
// block of a tensor. `blocks` has as many axes as the tensor, and each divides the tensor's. All of
// these throw BadProgram when numbers and shapes do not fit.

/// A shape; ov::Shape itself counts its axes by signed numbers.
using Lengths = std::span<const std::size_t>;

/// Calls visit(block) for each element of `shape` in row-major order, with the number of its block.
template <class Visit>
void for_each_block(Lengths shape, Lengths blocks, Visit visit);

/// Throws BadProgram unless `blocks` divides `shape`.
void expect_blocks(Lengths shape, Lengths blocks);

/// scale × (data - offset), rounded to the type of `scale`; no offset where it is empty. `data` are
/// the elements of `shape`, or with a `mask` those where it is set.
struct Shift {
  std::vector<float> scale;
  std::vector<float> offset;
  ov::Shape blocks;
};
[[nodiscard]] Literal scaled(const Literal& data, const ov::Shape& shape,
                             const std::vector<std::uint8_t>* mask, const Shift& shift,
                             ov::element::Type type);

/// `data`, a list with an element for each one of `mask`, as the tensor of `shape` that has zeros
/// elsewhere. Elements of less than a byte become bytes.
[[nodiscard]] Literal spread(const Literal& data, const std::vector<std::uint8_t>& mask,
                             ov::Shape shape);

/// The elements of `dense` where `mask` is set, as a list.
[[nodiscard]] Literal picked(const Literal& dense, const std::vector<std::uint8_t>& mask);

/// Each of `indices`, which has `shape`, as the vector that its block's palette has at that place.
/// `lut` has the axes of `shape`, then palette entries, then the vector, which goes along `axis`.
[[nodiscard]] Literal looked_up(const std::vector<std::uint8_t>& indices, const ov::Shape& shape,
                                const Literal& lut, std::size_t axis);

template <class Visit>
void for_each_block(Lengths shape, Lengths blocks, Visit visit) {
  if (ov::shape_size(shape) == 0) return;
  const std::size_t rank = shape.size();
  if (rank == 0) return visit(std::size_t{0});
  const std::size_t row = shape.back();
  const std::size_t in_row = row / blocks.back();
  std::vector<std::size_t> at(rank, 0);
  while (true) {
    std::size_t first = 0;
    for (std::size_t axis = 0; axis + 1 < rank; ++axis) {
      first = first * blocks[axis] + at[axis] / (shape[axis] / blocks[axis]);
    }
    first *= blocks.back();
    for (std::size_t i = 0; i < row; ++i) visit(first + i / in_row);
    std::size_t axis = rank - 1;
    while (axis > 0 && ++at[axis - 1] == shape[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace papr
