// SPDX-License-Identifier: Apache-2.0
#include "embedding_shape.h"

#include <gtest/gtest.h>

#include <functional>

#include "../model/fake_loaded_model.h"

namespace papr {
namespace {

constexpr AxisRange kOne{1, 1};
constexpr AxisRange kBatch{1, 64};
constexpr AxisRange kTokens{1, 512};
constexpr AxisRange kDim{384, 384};

TensorInfo floats(std::string name, std::vector<AxisRange> shape) {
  return {std::move(name), ElementType::kFloat32, std::move(shape)};
}
ModelInfo flexible(std::vector<TensorInfo> outputs) {
  ModelInfo info = text_model_info(kBatch, kTokens, {});
  info.outputs = std::move(outputs);
  return info;
}

TEST(EmbeddingShape, OfAFlexibleModelHasItsRanges) {
  const auto shape = embedding_shape_of(flexible({floats("var_6614", {kBatch, kDim})}));
  ASSERT_TRUE(shape) << shape.error().message;
  EXPECT_EQ(shape->ids_input, "input_ids");
  EXPECT_EQ(shape->mask_input, "attention_mask");
  EXPECT_EQ(shape->type_ids_input, "");
  EXPECT_EQ(shape->vector_output, "var_6614");
  EXPECT_TRUE(shape->pooled);
  EXPECT_EQ(shape->dim, 384U);
  EXPECT_EQ(shape->batch, kBatch);
  EXPECT_EQ(shape->tokens, kTokens);
}

TEST(EmbeddingShape, OfAFixedModelIsFixed) {
  const AxisRange tokens{32, 32};
  const auto shape =
      embedding_shape_of(text_model_info(kOne, tokens, floats("embedding", {kOne, kDim})));
  ASSERT_TRUE(shape) << shape.error().message;
  EXPECT_TRUE(shape->batch.fixed());
  EXPECT_EQ(shape->tokens, tokens);
}

TEST(EmbeddingShape, OfListedShapesTheLongestIsTaken) {
  ModelInfo info = flexible({floats("x", {kBatch, kDim})});
  for (TensorInfo& input : info.inputs) input.allowed = {{1, 64}, {1, 512}, {1, 128}};
  const auto shape = embedding_shape_of(info);
  ASSERT_TRUE(shape) << shape.error().message;
  EXPECT_EQ(shape->batch, kOne);
  EXPECT_EQ(shape->tokens, (AxisRange{512, 512}));
}

TEST(EmbeddingShape, AVectorPerTextGoesBeforeAVectorPerToken) {
  const auto both = embedding_shape_of(flexible(
      {floats("last_hidden_state", {kBatch, kTokens, kDim}), floats("x", {kBatch, kDim})}));
  EXPECT_EQ(both->vector_output, "x");
  EXPECT_TRUE(both->pooled);
  const auto hidden =
      embedding_shape_of(flexible({floats("last_hidden_state", {kBatch, kTokens, kDim})}));
  EXPECT_EQ(hidden->vector_output, "last_hidden_state");
  EXPECT_FALSE(hidden->pooled);
}

TEST(EmbeddingShape, ThePoolerOfBertIsTheLastChoice) {
  const TensorInfo pooler = floats("pooler_output", {kBatch, kDim});
  const TensorInfo hidden = floats("last_hidden_state", {kBatch, kTokens, kDim});
  EXPECT_EQ(embedding_shape_of(flexible({hidden, pooler}))->vector_output, "last_hidden_state");
  EXPECT_EQ(embedding_shape_of(flexible({pooler}))->vector_output, "pooler_output");
}

TEST(EmbeddingShape, ANameDecidesBetweenOutputsOfOneShape) {
  const TensorInfo other = floats("token_scores", {kBatch, kDim});
  EXPECT_EQ(embedding_shape_of(flexible({other, floats("sentence_embedding", {kBatch, kDim})}))
                ->vector_output,
            "sentence_embedding");
  const auto neither = embedding_shape_of(flexible({other, floats("x", {kBatch, kDim})}));
  ASSERT_FALSE(neither);
  EXPECT_NE(neither.error().message.find("token_scores, x"), std::string::npos)
      << neither.error().message;
}

TEST(EmbeddingShape, TokenTypesAreTaken) {
  ModelInfo info = flexible({floats("x", {kBatch, kDim})});
  info.inputs.push_back({"token_type_ids", ElementType::kInt32, {kBatch, {8, 128}}});
  const auto shape = embedding_shape_of(info);
  ASSERT_TRUE(shape) << shape.error().message;
  EXPECT_EQ(shape->type_ids_input, "token_type_ids");
  EXPECT_EQ(shape->tokens, (AxisRange{8, 128})) << "what all inputs allow";
}

TEST(EmbeddingShape, AnUnknownUpperBoundStaysUnknown) {
  const AxisRange any{1, std::nullopt};
  const auto shape = embedding_shape_of(text_model_info(any, any, floats("x", {any, kDim})));
  ASSERT_TRUE(shape) << shape.error().message;
  EXPECT_FALSE(shape->batch.longest);
  EXPECT_FALSE(shape->tokens.longest);
}

struct Refused {
  const char* what;
  std::function<void(ModelInfo&)> spoil;
  const char* said;
};
class NoEmbeddingModel : public ::testing::TestWithParam<Refused> {};

TEST_P(NoEmbeddingModel, IsUnsupportedAndTheMessageSaysWhy) {
  ModelInfo info = flexible({floats("x", {kBatch, kDim})});
  GetParam().spoil(info);
  const auto shape = embedding_shape_of(info);
  ASSERT_FALSE(shape);
  EXPECT_EQ(shape.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(shape.error().message.find(GetParam().said), std::string::npos)
      << shape.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Every, NoEmbeddingModel,
    ::testing::Values(
        Refused{"NoInputs", [](ModelInfo& i) { i.inputs.clear(); }, "no input \"input_ids\""},
        Refused{"NoMask", [](ModelInfo& i) { i.inputs.pop_back(); }, "it has: input_ids"},
        Refused{"AnImage", [](ModelInfo& i) { i.inputs[0].name = "image"; }, "\"image\""},
        Refused{"FloatIds", [](ModelInfo& i) { i.inputs[0].type = ElementType::kFloat32; },
                "int32"},
        Refused{"RankThree", [](ModelInfo& i) { i.inputs[1].shape.push_back(kOne); },
                "\"attention_mask\""},
        Refused{"InputsApart", [](ModelInfo& i) { i.inputs[0].shape[1] = {600, 700}; },
                "share no shape"},
        Refused{"NoOutputs", [](ModelInfo& i) { i.outputs.clear(); }, "it has: none"},
        Refused{"IntegerOutput", [](ModelInfo& i) { i.outputs[0].type = ElementType::kInt32; },
                "it has: x"},
        Refused{"UnknownDim", [](ModelInfo& i) { i.outputs[0].shape[1] = {1, std::nullopt}; },
                "it has: x"},
        Refused{"OtherRows", [](ModelInfo& i) { i.outputs[0].shape[0] = {65, 65}; }, "it has: x"},
        Refused{"RankOne", [](ModelInfo& i) { i.outputs[0].shape = {kDim}; }, "it has: x"}),
    [](const auto& test) { return test.param.what; });

}  // namespace
}  // namespace papr
