// SPDX-License-Identifier: Apache-2.0
#include "check_inputs.h"

#include <gtest/gtest.h>

#include <array>

namespace papr {
namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::array<std::byte, 64> kBytes{};

TensorView floats(std::string_view name, const Shape& shape, std::size_t values) {
  return {name, ElementType::kFloat32, shape, std::span(kBytes).first(values * 4)};
}

TEST(MatchInputs, AnOptionalInputMayBeLeftOutAndIsNullThen) {
  const Shape two{2};
  ModelInfo info;
  info.inputs = {{.name = "a", .shape = {{2, 2}}, .table_rows = {}, .optional = true},
                 {.name = "b", .shape = {{2, 2}}, .table_rows = {}}};
  const TensorView given[] = {floats("b", two, 2), floats("a", two, 2)};
  const auto without = match_inputs(info, std::span(given).first(1));
  ASSERT_TRUE(without);
  EXPECT_EQ(*without, (std::vector<const TensorView*>{nullptr, &given[0]}));
  EXPECT_EQ(*match_inputs(info, given), (std::vector<const TensorView*>{&given[1], &given[0]}));
  EXPECT_FALSE(match_inputs(info, std::span(given).last(1)));
}

TEST(MatchInputs, OfListedShapesEachIsTakenAndNoneBetweenThem) {
  ModelInfo info;
  info.inputs = {
      {.name = "a", .shape = {{1, 1}, {2, 6}}, .table_rows = {}, .allowed = {{1, 2}, {1, 6}}}};
  for (const Shape& shape : {Shape{1, 2}, Shape{1, 6}}) {
    const TensorView given[] = {floats("a", shape, static_cast<std::size_t>(shape[1]))};
    EXPECT_TRUE(match_inputs(info, given));
  }
  const Shape between{1, 4};
  const TensorView given[] = {floats("a", between, 4)};
  const auto refused = match_inputs(info, given);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused.error().message, "input \"a\": shape [1, 4], the model takes [1, 2] or [1, 6]");
}

}  // namespace
}  // namespace papr
