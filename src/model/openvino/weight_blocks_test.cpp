// SPDX-License-Identifier: Apache-2.0
#include "weight_blocks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "bad_program.h"

namespace papr {
namespace {

Literal bytes(ov::element::Type type, const ov::Shape& shape, std::initializer_list<int> values) {
  std::vector<std::byte> list;
  for (const int value : values) list.push_back(static_cast<std::byte>(value));
  return own_literal(type, shape, std::move(list));
}

Literal floats(const ov::Shape& shape, const std::vector<float>& values) {
  std::vector<std::byte> list(values.size() * sizeof(float));
  std::memcpy(list.data(), values.data(), list.size());
  return own_literal(ov::element::f32, shape, std::move(list));
}

TEST(Literal, ElementsOfLessThanAByteBeginAtItsLowestBit) {
  using Floats = std::vector<float>;
  EXPECT_EQ(values_of(bytes(ov::element::u1, {9}, {0b10110001, 1})),
            (Floats{1, 0, 0, 0, 1, 1, 0, 1, 1}));
  EXPECT_EQ(values_of(bytes(ov::element::u2, {4}, {0b11100100})), (Floats{0, 1, 2, 3}));
  EXPECT_EQ(values_of(bytes(ov::element::u3, {3}, {0b11010001, 0b1})), (Floats{1, 2, 7}));
  EXPECT_EQ(values_of(bytes(ov::element::i4, {3}, {0x8F, 0x07})), (Floats{-1, -8, 7}));
  EXPECT_EQ(values_of(bytes(ov::element::u6, {2}, {0b11000001, 0b1111})), (Floats{1, 63}));
}

TEST(WeightBlocks, EachElementHasTheScaleOfItsBlock) {
  const Literal data = bytes(ov::element::i8, {2, 4}, {1, 2, 3, 4, 5, 6, 7, -8});
  const Shift shift{.scale = {1, 10, 100, 1000}, .offset = {0, 0, 0, 1}, .blocks = {2, 2}};
  EXPECT_EQ(floats_of(scaled(data, {2, 4}, nullptr, shift, ov::element::f32)),
            (std::vector<float>{1, 2, 30, 40, 500, 600, 6000, -9000}));
  const std::vector<std::uint8_t> mask{1, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(floats_of(scaled(bytes(ov::element::i8, {3}, {1, 2, 3}), {2, 4}, &mask, shift,
                             ov::element::f32)),
            (std::vector<float>{1, 20, 2000}));
}

TEST(WeightBlocks, AVectorOfThePaletteGoesAlongItsAxis) {
  const Literal lut = floats({1, 1, 2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(floats_of(looked_up({0, 1}, {1, 2}, lut, 0)), (std::vector<float>{1, 3, 2, 4}));
  EXPECT_EQ(floats_of(looked_up({0, 1}, {1, 2}, lut, 1)), (std::vector<float>{1, 2, 3, 4}));
}

TEST(WeightBlocks, WhatDoesNotFitIsCorrupt) {
  const Literal four = bytes(ov::element::i8, {4}, {1, 2, 3, 4});
  const Literal lut = floats({1, 2, 1}, {1, 2});
  const std::function<void()> bad[] = {
      [&] { expect_blocks(ov::Shape{4}, ov::Shape{3}); },
      [&] { expect_blocks(ov::Shape{4}, ov::Shape{0}); },
      [&] { expect_blocks(ov::Shape{4, 1}, ov::Shape{4}); },
      [&] {
        (void)scaled(four, {4}, nullptr, {.scale = {1, 2}, .offset = {}, .blocks = {4}},
                     ov::element::f32);
      },
      [&] { (void)spread(four, {1, 1, 1, 0, 0}, {5}); },
      [&] { (void)spread(four, {1, 1, 1, 1}, {5}); },
      [&] { (void)picked(four, {1, 1}); },
      [&] { (void)looked_up({0, 2}, {2}, lut, 0); },
      [&] { (void)looked_up({0, 1}, {3}, lut, 0); },
      [&] { (void)looked_up({0}, {1, 1}, lut, 0); },
      [&] { (void)looked_up({0}, {1}, floats({1, 1, 1000}, std::vector<float>(1000)), 0); },
  };
  for (std::size_t i = 0; i < std::size(bad); ++i) {
    try {
      bad[i]();
      ADD_FAILURE() << "no error: " << i;
    } catch (const BadProgram& error) {
      EXPECT_EQ(error.error.code, ErrorCode::kCorrupt) << i;
    }
  }
}

}  // namespace
}  // namespace papr
