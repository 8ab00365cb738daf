// SPDX-License-Identifier: Apache-2.0
#include "papr_rust.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

TEST(DotRows, AreThoseOfASumInDoublePrecision) {
  std::mt19937 random(3);  // NOLINT: a fixed seed on purpose
  std::uniform_real_distribution<float> value(-1, 1);
  for (const std::size_t dim : {1U, 3U, 8U, 31U, 384U, 2560U}) {
    constexpr std::size_t kRows = 5;
    std::vector<float> query(dim);
    std::vector<float> rows(kRows * dim);
    for (float& x : query) x = value(random);
    for (float& x : rows) x = value(random);
    std::vector<float> scores(kRows + 1, 77);
    papr_dot_rows(query.data(), rows.data(), kRows, dim, scores.data());
    for (std::size_t row = 0; row < kRows; ++row) {
      double wanted = 0;
      double size = 0;
      for (std::size_t i = 0; i < dim; ++i) {
        wanted += double{query[i]} * double{rows[row * dim + i]};
        size += std::abs(double{query[i]} * double{rows[row * dim + i]});
      }
      EXPECT_NEAR(scores[row], wanted, 1e-6 * size) << dim;
    }
    EXPECT_EQ(scores[kRows], 77) << "written past the end";
  }
}

TEST(DotRows, OfNothingTouchNothing) {
  papr_dot_rows(nullptr, nullptr, 0, 384, nullptr);
  std::array<float, 2> scores{7, 7};
  papr_dot_rows(nullptr, nullptr, 2, 0, scores.data());
  EXPECT_EQ(scores, (std::array<float, 2>{0, 0}));
}

TEST(PaprRust, AMessageIsCutToItsRoomAndEndsWithNul) {
  papr_tokenizer* tokenizer = nullptr;
  papr_tokenizer_facts facts{};
  const std::uint8_t json[] = {'{', '}'};
  std::array<char, 512> whole{};
  ASSERT_EQ(papr_tokenizer_open(json, sizeof json, &tokenizer, &facts, whole.data(), whole.size()),
            PAPR_RUST_BAD_TOKENIZER);
  ASSERT_GT(std::strlen(whole.data()), 8U);
  std::array<char, 9> cut{};
  cut.fill('#');
  EXPECT_EQ(papr_tokenizer_open(json, sizeof json, &tokenizer, &facts, cut.data(), 8),
            PAPR_RUST_BAD_TOKENIZER);
  EXPECT_EQ(std::string(cut.data()), std::string(whole.data()).substr(0, 7));
  EXPECT_EQ(cut[8], '#');
  EXPECT_EQ(papr_tokenizer_open(json, sizeof json, &tokenizer, &facts, nullptr, 0),
            PAPR_RUST_BAD_TOKENIZER);
}

TEST(PaprRust, NullPointersAreBadArgumentsAndFreeingNullIsFine) {
  papr_tokenizer_facts facts{};
  papr_tokenizer* tokenizer = nullptr;
  EXPECT_EQ(papr_tokenizer_open(nullptr, 5, &tokenizer, &facts, nullptr, 0),
            PAPR_RUST_BAD_ARGUMENT);
  EXPECT_EQ(papr_tokenizer_open(nullptr, 0, nullptr, &facts, nullptr, 0), PAPR_RUST_BAD_ARGUMENT);
  std::size_t count = 0;
  EXPECT_EQ(papr_tokenizer_encode(nullptr, "a", 1, 8, nullptr, 0, &count, &count, nullptr, 0),
            PAPR_RUST_BAD_ARGUMENT);
  papr_tokenizer_free(nullptr);
}

}  // namespace
