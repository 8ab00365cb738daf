// SPDX-License-Identifier: Apache-2.0
// Against Hugging Face's tokenizer and a float64 implementation of the same weights, on 200 texts.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "../model/model_backend.h"
#include "open_embedder.h"
#include "reference_file_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
const fs::path kModels = PAPR_TEST_MODELS_DIR;
constexpr std::size_t kMaxTokens = 512;

const std::vector<ReferenceText>& reference() {
  static const auto kTexts = read_reference(PAPR_TEST_DATA_DIR);
  static const std::vector<ReferenceText> kNone;
  EXPECT_TRUE(kTexts) << kTexts.error().message;
  return kTexts ? *kTexts : kNone;
}

std::string about(const ReferenceText& text) {
  return text.kind + ": " + testing::PrintToString(text.text.substr(0, 60));
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double product = 0;
  double norm_a = 0;
  double norm_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += double{a[i]} * double{b[i]};
    norm_a += double{a[i]} * double{a[i]};
    norm_b += double{b[i]} * double{b[i]};
  }
  return product / std::sqrt(norm_a * norm_b);
}

TEST(Reference, HasTwoHundredTexts) { EXPECT_EQ(reference().size(), 200U); }

TEST(Reference, TokenIdsAreThoseOfHuggingFace) {
  const auto tokenizer =
      Tokenizer::open(kModels / "all-MiniLM-L6-v2" / "tokenizer.json", kMaxTokens);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  for (const ReferenceText& text : reference()) {
    const auto tokens = tokenizer->encode(text.text);
    ASSERT_TRUE(tokens) << tokens.error().message;
    EXPECT_EQ(tokens->ids, text.ids) << about(text);
  }
}

struct Variant {
  const char* name;
  const char* folder;
  double least_cosine;
  std::size_t most_tokens;  // of the texts to compare
};

class Vectors : public ::testing::TestWithParam<Variant> {};

TEST_P(Vectors, AreThoseOfTheReference) {
  const auto backend = make_system_model_backend({});
  const auto opened =
      open_embedder(*backend, kModels / GetParam().folder / "all-MiniLM-L6-v2.mlpackage");
  ASSERT_TRUE(opened) << opened.error().message;

  std::vector<const ReferenceText*> chosen;
  std::vector<std::string> texts;
  for (const ReferenceText& text : reference()) {
    if (text.ids.size() > GetParam().most_tokens) continue;
    chosen.push_back(&text);
    texts.push_back(text.text);
  }
  const auto embeddings = opened->embedder.embed(texts);
  ASSERT_TRUE(embeddings) << embeddings.error().message;
  double worst = 1;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Embedding& embedding = (*embeddings)[i];
    ASSERT_EQ(embedding.values.size(), chosen[i]->vector.size());
    EXPECT_EQ(embedding.tokens, chosen[i]->ids.size()) << about(*chosen[i]);
    const double similarity = cosine(embedding.values, chosen[i]->vector);
    EXPECT_GE(similarity, GetParam().least_cosine) << about(*chosen[i]);
    worst = std::min(worst, similarity);
  }
  RecordProperty("texts", static_cast<int>(chosen.size()));
  RecordProperty("worst_cosine", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(
    Every, Vectors,
    ::testing::Values(Variant{"Fp16", "all-MiniLM-L6-v2", 0.999, kMaxTokens},
                      Variant{"Fp32", "all-MiniLM-L6-v2-fp32", 0.9999, kMaxTokens},
                      Variant{"Fp16Fixed", "all-MiniLM-L6-v2-fixed32", 0.999, 32},
                      Variant{"Fp32Fixed", "all-MiniLM-L6-v2-fp32-fixed32", 0.9999, 32}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace papr
