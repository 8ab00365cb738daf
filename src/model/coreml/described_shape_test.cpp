// SPDX-License-Identifier: Apache-2.0
#include "described_shape.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

using Axes = std::vector<AxisRange>;
using Shapes = std::vector<std::vector<std::int64_t>>;

TensorInfo tensor_of(const DescribedShape& described) {
  TensorInfo tensor;
  set_shape(tensor, described);
  return tensor;
}

TEST(DescribedShape, AFixedShapeHasFixedAxes) {
  EXPECT_EQ(tensor_of({.usual = {1, 384}}).shape, (Axes{{1, 1}, {384, 384}}));
}

TEST(DescribedShape, ARangeEndsWithItsLastLength) {
  const auto tensor = tensor_of({.usual = {1, 32}, .ranges = {{1, 64}, {8, 1}}});
  EXPECT_EQ(tensor.shape, (Axes{{1, 64}, {8, 8}}));
  EXPECT_EQ(tensor.allowed, Shapes{});
}

TEST(DescribedShape, ARangeThatIsAsLongAsItCanBeHasNoBound) {
  for (const std::uint64_t length : {std::uint64_t{INT32_MAX}, std::uint64_t{INT64_MAX} - 1,
                                     std::uint64_t{INT64_MAX}, UINT64_MAX}) {
    EXPECT_EQ(tensor_of({.ranges = {{2, length}}}).shape, (Axes{{2, std::nullopt}}));
  }
}

TEST(DescribedShape, NoLengthIsLessThanOne) {
  EXPECT_EQ(tensor_of({.ranges = {{0, 4}, {0, 0}, {UINT64_MAX, 1}}}).shape,
            (Axes{{1, 3}, {1, 1}, {1, std::nullopt}}));
  EXPECT_EQ(tensor_of({.usual = {0, -1}}).shape, (Axes{{1, 1}, {1, 1}}));
}

TEST(DescribedShape, ListedShapesAreKeptBesideWhatTheySpan) {
  const auto tensor = tensor_of({.usual = {1, 64}, .listed = {{1, 64}, {1, 128}, {2, 32}}});
  EXPECT_EQ(tensor.shape, (Axes{{1, 2}, {32, 128}}));
  EXPECT_EQ(tensor.allowed, (Shapes{{1, 64}, {1, 128}, {2, 32}}));
}

TEST(DescribedShape, AListOfOneIsAFixedShape) {
  const auto tensor = tensor_of({.usual = {1, 64}, .listed = {{1, 64}}});
  EXPECT_EQ(tensor.shape, (Axes{{1, 1}, {64, 64}}));
  EXPECT_EQ(tensor.allowed, Shapes{});
}

TEST(DescribedShape, AListOfSeveralRanksCountsAsNone) {
  EXPECT_EQ(tensor_of({.usual = {1, 64}, .listed = {{1, 64}, {64}}}).shape,
            (Axes{{1, 1}, {64, 64}}));
}

TEST(DescribedShape, NothingSaidIsNoAxes) { EXPECT_EQ(tensor_of({}).shape, Axes{}); }

}  // namespace
}  // namespace papr
