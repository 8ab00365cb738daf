// SPDX-License-Identifier: Apache-2.0
#include "strided_values.h"

#include <gtest/gtest.h>

#include <cstring>

namespace papr {
namespace {

using Lengths = std::vector<std::int64_t>;

template <class T>
Result<std::vector<T>> copied(const std::vector<T>& memory, ValueType type, const Lengths& shape,
                              const Lengths& strides) {
  const auto bytes = row_major_copy({std::as_bytes(std::span(memory)), type, shape, strides});
  if (!bytes) return std::unexpected(bytes.error());
  std::vector<T> values(bytes->size() / sizeof(T));
  if (!bytes->empty()) std::memcpy(values.data(), bytes->data(), bytes->size());
  return values;
}

using Floats = std::vector<float>;

TEST(StridedValues, WhatLiesOneAfterTheOtherIsCopiedAsItIs) {
  EXPECT_EQ(copied(Floats{1, 2, 3, 4, 5, 6}, ValueType::kFloat32, {2, 3}, {3, 1}),
            (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(StridedValues, PaddedRowsLoseTheirPadding) {
  EXPECT_EQ(copied(Floats{1, 2, 3, -1, 4, 5, 6}, ValueType::kFloat32, {2, 3}, {4, 1}),
            (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(StridedValues, ATransposedArrayIsTurned) {
  EXPECT_EQ(copied(Floats{1, 4, 2, 5, 3, 6}, ValueType::kFloat32, {2, 3}, {1, 2}),
            (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(StridedValues, AStrideOfNothingRepeats) {
  EXPECT_EQ(copied(Floats{7}, ValueType::kFloat32, {2, 2}, {0, 0}), (Floats{7, 7, 7, 7}));
}

TEST(StridedValues, AScalarAndNothingAtAllAreValuesToo) {
  EXPECT_EQ(copied(Floats{7}, ValueType::kFloat32, {}, {}), Floats{7});
  EXPECT_EQ(copied(Floats{}, ValueType::kFloat32, {0, 3}, {3, 1}), Floats{});
}

TEST(StridedValues, IntegersAndHalvesKeepTheirBits) {
  EXPECT_EQ(copied(std::vector<std::int32_t>{-1, 9, 1 << 30}, ValueType::kInt32, {2}, {2}),
            (std::vector<std::int32_t>{-1, 1 << 30}));
  EXPECT_EQ(copied(std::vector<std::uint16_t>{0x3c00, 0, 0x7e01}, ValueType::kFloat16, {2}, {2}),
            (std::vector<std::uint16_t>{0x3c00, 0x7e01}));
}

TEST(StridedValues, DoublesBecomeFloats) {
  const std::vector<double> memory{0.1, 9, -2.5};
  const Lengths shape{2};
  const Lengths strides{2};
  const auto bytes =
      row_major_copy({std::as_bytes(std::span(memory)), ValueType::kFloat64, shape, strides});
  ASSERT_EQ(bytes->size(), 8U);
  Floats values(2);
  std::memcpy(values.data(), bytes->data(), 8);
  EXPECT_EQ(values, (Floats{0.1F, -2.5F}));
  EXPECT_EQ(element_type_of(ValueType::kFloat64), ElementType::kFloat32);
}

TEST(StridedValues, NothingIsReadBeyondTheMemory) {
  constexpr auto kHuge = std::int64_t{1} << 62;
  for (const auto& [shape, strides] :
       std::vector<std::pair<Lengths, Lengths>>{{{2, 3}, {4, 1}},
                                                {{7}, {1}},
                                                {{-1}, {1}},
                                                {{2}, {-1}},
                                                {{2}, {}},
                                                {{3}, {kHuge}},
                                                {{kHuge, 4}, {0, 0}},
                                                {{2, 2}, {kHuge, kHuge}}}) {
    const auto refused = copied(Floats(6), ValueType::kFloat32, shape, strides);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  }
}

TEST(RowMajorStrides, TheLastAxisIsInnermost) {
  EXPECT_EQ(row_major_strides(Lengths{2, 3, 4}), (Lengths{12, 4, 1}));
  EXPECT_EQ(row_major_strides(Lengths{}), Lengths{});
}

}  // namespace
}  // namespace papr
