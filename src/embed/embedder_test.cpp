// SPDX-License-Identifier: Apache-2.0
#include "embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "../base/temporary_folder.h"
#include "../model/fake_loaded_model.h"
#include "batch_plan.h"
#include "tiny_tokenizer_for_test.h"

namespace papr {
namespace {

constexpr std::size_t kDim = 8;
constexpr AxisRange kDimAxis{kDim, kDim};

struct Case {
  const char* name;
  AxisRange batch;
  AxisRange tokens;
};
constexpr Case kCases[] = {{"Flexible", {1, 64}, {1, 16}},
                           {"OneByFixed", {1, 1}, {16, 16}},
                           {"FourByFixed", {4, 4}, {16, 16}},
                           {"AtLeastThreeByEight", {3, 8}, {8, 16}},
                           {"Unbounded", {1, std::nullopt}, {1, std::nullopt}}};

Tokenizer tokenizer_of(const TemporaryFolder& folder, std::size_t max_tokens) {
  const auto json = tiny_tokenizer({"one", "two", "three", "four", "five"});
  return *Tokenizer::open(folder.write("tokenizer.json", json.dump()), max_tokens);
}

Result<Embedder> embedder_of(ModelInfo info, FakeLoadedModel::Script script,
                             std::size_t max_tokens = 16) {
  const TemporaryFolder folder;
  return Embedder::make(std::make_unique<FakeLoadedModel>(std::move(info), std::move(script)),
                        tokenizer_of(folder, max_tokens));
}

ModelInfo pooled_info(AxisRange batch, AxisRange tokens) {
  return text_model_info(batch, tokens, {"x", ElementType::kFloat32, {batch, kDimAxis}});
}

/// A model whose one output is `values` for a batch of one, whatever the text.
Result<Embedder> answering(std::vector<std::int64_t> shape, std::vector<float> values) {
  return embedder_of(pooled_info({1, 1}, {1, 16}),
                     [=](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
                       return std::vector{float_tensor("x", shape, values)};
                     });
}

Result<std::vector<Tensor>> count_ids(std::span<const TensorView> inputs) {
  return bag_of_ids(inputs, "x", kDim);
}

double norm_of(const std::vector<float>& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

class EveryShape : public ::testing::TestWithParam<Case> {};

// Padding, filler rows and the order of runs must not show: together is as one by one, and both are
// what the ids alone say.
TEST_P(EveryShape, TextsTogetherGiveTheVectorsOfEachAlone) {
  const auto embedder = embedder_of(pooled_info(GetParam().batch, GetParam().tokens), count_ids);
  ASSERT_TRUE(embedder) << embedder.error().message;
  const std::vector<std::string> texts{"one",       "two three four five",
                                       "",          "one two",
                                       "five five", "one two three four five one two three four",
                                       "three"};
  const auto together = embedder->embed(texts);
  ASSERT_TRUE(together) << together.error().message;
  ASSERT_EQ(together->size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto alone = embedder->embed(std::string_view(texts[i]));
    ASSERT_TRUE(alone) << alone.error().message;
    EXPECT_EQ((*together)[i].values, alone->values) << texts[i];
    EXPECT_EQ((*together)[i].tokens, alone->tokens) << texts[i];
    EXPECT_NEAR(norm_of(alone->values), 1, 1e-6);
  }
  // [CLS] is 2, [SEP] 3, "five" 8, which is 0 modulo the dimension.
  const auto third = static_cast<float>(1 / std::sqrt(6.0));
  EXPECT_EQ((*together)[4].values, (std::vector<float>{2 * third, 0, third, third, 0, 0, 0, 0}));
}
INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(Embedder, TakesTheMeanOverTheTokensWhereTheModelHasNotPooled) {
  const AxisRange batch{1, 4};
  const AxisRange tokens{6, 16};
  // Token t of a row gives [t, id]; padding gives a value that would show.
  const auto script = [](std::span<const TensorView> inputs) -> Result<std::vector<Tensor>> {
    const auto ids = int32_values(inputs[0]);
    const auto mask = int32_values(inputs[1]);
    const auto width = static_cast<std::size_t>(inputs[0].shape[1]);
    std::vector<float> hidden;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      hidden.push_back(mask[i] == 1 ? static_cast<float>(i % width) : 1e9F);
      hidden.push_back(mask[i] == 1 ? static_cast<float>(ids[i]) : -1e9F);
    }
    return std::vector{float_tensor("h", {inputs[0].shape[0], inputs[0].shape[1], 2}, hidden)};
  };
  const auto embedder = embedder_of(
      text_model_info(batch, tokens, {"h", ElementType::kFloat32, {batch, tokens, {2, 2}}}),
      script);
  ASSERT_TRUE(embedder) << embedder.error().message;
  const auto embedding = embedder->embed("one");  // ids 2 4 3: mean [1, 3]
  ASSERT_TRUE(embedding) << embedding.error().message;
  EXPECT_NEAR(embedding->values[0], 1 / std::sqrt(10.0), 1e-6);
  EXPECT_NEAR(embedding->values[1], 3 / std::sqrt(10.0), 1e-6);
}

TEST(Embedder, FeedsZerosAsTokenTypes) {
  ModelInfo info = pooled_info({1, 1}, {1, 16});
  info.inputs.push_back({"token_type_ids", ElementType::kInt32, {{1, 1}, {1, 16}}});
  std::vector<std::int32_t> types;
  const auto embedder = embedder_of(info, [&](std::span<const TensorView> inputs) {
    types = int32_values(*std::ranges::find(inputs, "token_type_ids", &TensorView::name));
    return count_ids(inputs);
  });
  ASSERT_TRUE(embedder->embed("one two"));
  EXPECT_EQ(types, std::vector<std::int32_t>(kTokensStep, 0));
}

TEST(Embedder, SaysWhatWasCutOff) {
  const auto embedder = embedder_of(pooled_info({1, 4}, {1, 16}), count_ids, 5);
  const std::vector<std::string> texts{"one two three four", "one two three"};
  const auto embeddings = embedder->embed(texts);
  EXPECT_TRUE((*embeddings)[0].truncated);
  EXPECT_FALSE((*embeddings)[1].truncated);
  EXPECT_EQ((*embeddings)[0].tokens, 5U);
  EXPECT_EQ((*embeddings)[0].values, (*embeddings)[1].values);
}

TEST(Embedder, ATokenizerThatAllowsMoreThanTheModelTakesIsAMismatch) {
  const auto embedder = embedder_of(pooled_info({1, 1}, {1, 16}), count_ids, 17);
  ASSERT_FALSE(embedder);
  EXPECT_EQ(embedder.error().code, ErrorCode::kMismatch);
  EXPECT_NE(embedder.error().message.find("17"), std::string::npos);
}

TEST(Embedder, ATokenizerWithIdsThatTheModelDoesNotKnowIsAMismatchThatNamesBothCounts) {
  // The tokenizer's ids are 0 to 8.
  for (const std::int64_t rows : {8, 9}) {
    ModelInfo info = pooled_info({1, 1}, {1, 16});
    info.inputs[0].table_rows = rows;
    const auto embedder = embedder_of(std::move(info), count_ids);
    EXPECT_EQ(embedder.has_value(), rows == 9);
    if (embedder) continue;
    EXPECT_EQ(embedder.error().code, ErrorCode::kMismatch);
    EXPECT_NE(embedder.error().message.find("ids up to 8"), std::string::npos);
    EXPECT_NE(embedder.error().message.find("knows 8 tokens"), std::string::npos);
    EXPECT_NE(embedder.error().remedy.find("tokenizer.json"), std::string::npos);
  }
}

TEST(Embedder, BadUtf8NamesTheTextAndTheByte) {
  const auto embedder = embedder_of(pooled_info({1, 4}, {1, 16}), count_ids);
  const std::vector<std::string> texts{"one", "two \xFF"};
  const auto embeddings = embedder->embed(texts);
  ASSERT_FALSE(embeddings);
  EXPECT_EQ(embeddings.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(embeddings.error().message, "embed text 1: tokenize text: not UTF-8 at byte 4");
}

TEST(Embedder, AnErrorOfTheModelIsHandedOn) {
  const auto embedder = embedder_of(
      pooled_info({1, 1}, {1, 16}), [](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
        return fail(ErrorCode::kUnavailable, "run model: out of memory");
      });
  EXPECT_EQ(embedder->embed("one").error().code, ErrorCode::kUnavailable);
}

TEST(Embedder, AnAnswerThatIsNoVectorIsCorrupt) {
  std::vector<float> with_nan(kDim, 1);
  with_nan[3] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> ones(kDim, 1);
  EXPECT_TRUE(answering({1, kDim}, ones)->embed("one"));
  const Result<Embedder> broken[] = {
      answering({1, kDim}, with_nan),
      answering({1, kDim}, std::vector<float>(kDim, 0)),
      answering({1, kDim - 1}, std::vector<float>(kDim - 1, 1)),
      answering({2, kDim}, std::vector<float>(2 * kDim, 1)),
      answering({kDim}, ones),
      answering({1, kDim}, std::vector<float>(3, 1)),
      embedder_of(pooled_info({1, 1}, {1, 16}),
                  [](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
                    return std::vector<Tensor>{};
                  })};
  for (const auto& embedder : broken) {
    const auto embedding = embedder->embed("one");
    ASSERT_FALSE(embedding);
    EXPECT_EQ(embedding.error().code, ErrorCode::kCorrupt) << embedding.error().message;
  }
}

}  // namespace
}  // namespace papr
