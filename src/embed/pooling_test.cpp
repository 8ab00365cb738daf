// SPDX-License-Identifier: Apache-2.0
#include "pooling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace papr {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Tensor half_tensor(const std::vector<std::uint16_t>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {"x",
          ElementType::kFloat16,
          {static_cast<std::int64_t>(values.size())},
          {bytes.begin(), bytes.end()}};
}

TEST(FloatValues, OfHalvesAreExact) {
  // IEEE 754: zero, its negative, smallest subnormal, largest subnormal, smallest normal, one,
  // -2, a third, largest, infinities.
  const auto values = float_values(half_tensor(
      {0x0000, 0x8000, 0x0001, 0x03FF, 0x0400, 0x3C00, 0xC000, 0x3555, 0x7BFF, 0x7C00, 0xFC00}));
  ASSERT_TRUE(values) << values.error().message;
  EXPECT_EQ(*values, (std::vector<float>{0.0F, -0.0F, 0x1p-24F, 0x1.FF8p-15F, 0x1p-14F, 1.0F, -2.0F,
                                         0x1.554p-2F, 65504.0F, kInfinity, -kInfinity}));
  EXPECT_TRUE(std::signbit((*values)[1]));
  EXPECT_TRUE(std::isnan(float_values(half_tensor({0x7E00}))->front()));
}

TEST(FloatValues, BytesThatDoNotFitTheShapeAreCorrupt) {
  Tensor tensor = half_tensor({1, 2, 3});
  tensor.bytes.pop_back();
  EXPECT_EQ(float_values(tensor).error().code, ErrorCode::kCorrupt);
  tensor.type = ElementType::kInt32;
  EXPECT_EQ(float_values(tensor).error().code, ErrorCode::kCorrupt);
}

TEST(MeanOfRows, LeavesOutTheRowsOfPadding) {
  const std::vector<float> hidden{1, 2, 3, 6, 99, 99};
  EXPECT_EQ(mean_of_rows(hidden, 2, 2), (std::vector<float>{2, 4}));
}

TEST(UnitVector, HasNormOneAndTheSameDirection) {
  EXPECT_EQ(unit_vector(std::vector<float>{3, -4}), (std::vector<float>{0.6F, -0.8F}));
  // Neither overflows nor underflows on the way.
  const auto large = unit_vector(std::vector<float>{3e38F, -2e38F});
  ASSERT_TRUE(large);
  EXPECT_NEAR(std::hypot((*large)[0], (*large)[1]), 1, 1e-6);
}

TEST(UnitVector, WhatHasNoDirectionIsCorrupt) {
  for (const auto& values : {std::vector<float>{}, {0, 0}, {1, NAN}, {kInfinity, 1}, {1e-30F, 0}}) {
    const auto unit = unit_vector(values);
    ASSERT_FALSE(unit);
    EXPECT_EQ(unit.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace papr
