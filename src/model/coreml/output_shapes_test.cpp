// SPDX-License-Identifier: Apache-2.0
#include "output_shapes.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

using Axes = std::vector<AxisRange>;
using Shape = std::vector<std::int64_t>;

// A model of [batch, tokens] whose outputs are [batch, 4] and [batch, tokens, 4].
struct Model {
  std::vector<Shape> asked = {};

  Result<std::vector<Tensor>> operator()(std::span<const TensorView> inputs) {
    const Shape shape(inputs[0].shape.begin(), inputs[0].shape.end());
    asked.push_back(shape);
    return std::vector<Tensor>{{.name = "pooled", .shape = {shape[0], 4}, .bytes = {}},
                               {.name = "tokens", .shape = {shape[0], shape[1], 4}, .bytes = {}}};
  }
};

ModelInfo info_of(TensorInfo input) {
  ModelInfo info;
  info.inputs = {std::move(input)};
  info.outputs = {{.name = "pooled", .shape = {}, .table_rows = {}},
                  {.name = "tokens", .shape = {}, .table_rows = {}}};
  return info;
}

TensorInfo input_of(Axes shape) {
  return {.name = "ids", .type = ElementType::kInt32, .shape = std::move(shape), .table_rows = {}};
}

constexpr AxisRange kAny{1, std::nullopt};

TEST(OutputShapes, AnAxisThatFollowsTheInputIsNotFixed) {
  Model model;
  auto info = info_of(input_of({{1, 64}, {1, 512}}));
  ASSERT_TRUE(find_output_shapes(info, std::ref(model)));
  EXPECT_EQ(info.outputs[0].shape, (Axes{kAny, {4, 4}}));
  EXPECT_EQ(info.outputs[1].shape, (Axes{kAny, kAny, {4, 4}}));
  EXPECT_EQ(model.asked, (std::vector<Shape>{{1, 16}, {2, 17}}));
}

TEST(OutputShapes, ALengthThatCannotGrowShrinks) {
  Model model;
  auto info = info_of(input_of({{1, 1}, {1, 16}}));
  ASSERT_TRUE(find_output_shapes(info, std::ref(model)));
  EXPECT_EQ(info.outputs[1].shape, (Axes{{1, 1}, kAny, {4, 4}}));
  EXPECT_EQ(model.asked, (std::vector<Shape>{{1, 16}, {1, 15}}));
}

TEST(OutputShapes, OfListedShapesTwoAreTaken) {
  Model model;
  auto input = input_of({{1, 1}, {32, 128}});
  input.allowed = {{1, 64}, {1, 32}, {1, 128}};
  auto info = info_of(std::move(input));
  ASSERT_TRUE(find_output_shapes(info, std::ref(model)));
  EXPECT_EQ(model.asked, (std::vector<Shape>{{1, 64}, {1, 32}}));
  EXPECT_EQ(info.inputs[0].allowed.front(), (Shape{1, 64}));
}

TEST(OutputShapes, FixedInputsGiveFixedOutputsInOnePrediction) {
  Model model;
  auto info = info_of(input_of({{1, 1}, {8, 8}}));
  ASSERT_TRUE(find_output_shapes(info, std::ref(model)));
  EXPECT_EQ(info.outputs[1].shape, (Axes{{1, 1}, {8, 8}, {4, 4}}));
  EXPECT_EQ(model.asked.size(), 1U);
}

TEST(OutputShapes, DescribedOnesCostNoPrediction) {
  Model model;
  auto info = info_of(input_of({{1, 1}, {8, 8}}));
  for (TensorInfo& output : info.outputs) output.shape = {{1, 1}};
  ASSERT_TRUE(find_output_shapes(info, std::ref(model)));
  EXPECT_TRUE(model.asked.empty());
}

TEST(OutputShapes, AFailedPredictionIsTheError) {
  auto info = info_of(input_of({{1, 2}}));
  int left = 0;
  const auto fails_later = [&](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
    if (left-- == 0) return fail(ErrorCode::kUnavailable, "busy");
    return std::vector<Tensor>{};
  };
  for (const int good : {0, 1}) {
    left = good;
    const auto found = find_output_shapes(info, fails_later);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message, "find shapes of outputs: busy");
  }
}

TEST(OutputShapes, AnInputThatIsTooLargeToProbeIsRefused) {
  auto info = info_of(input_of({{2'000'000, 2'000'000}}));
  EXPECT_EQ(find_output_shapes(info, Model{}).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace papr
