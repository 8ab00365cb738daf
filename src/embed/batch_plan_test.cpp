// SPDX-License-Identifier: Apache-2.0
#include "batch_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace papr {
namespace {

EmbeddingShape shape_of(AxisRange batch, AxisRange tokens) {
  return {.dim = 4, .batch = batch, .tokens = tokens};
}
using Plan = std::vector<Batch>;

TEST(PlanBatches, NoTextsNeedNoRun) {
  EXPECT_TRUE(plan_batches({}, shape_of({1, 64}, {1, 512})).empty());
}

TEST(PlanBatches, OneTextRunsAtItsOwnLengthRoundedUp) {
  EXPECT_EQ(plan_batches(std::vector<std::size_t>{9}, shape_of({1, 64}, {1, 512})),
            (Plan{{{0}, 1, 16}}));
}

TEST(PlanBatches, TextsOfLikeLengthShareARun) {
  EXPECT_EQ(plan_batches(std::vector<std::size_t>{100, 9, 101, 10}, shape_of({1, 64}, {1, 512})),
            (Plan{{{1, 3}, 2, 16}, {{0, 2}, 2, 104}}));
}

TEST(PlanBatches, RoundingUpStopsAtTheLongestThatTheModelTakes) {
  EXPECT_EQ(plan_batches(std::vector<std::size_t>{9}, shape_of({1, 64}, {1, 10})),
            (Plan{{{0}, 1, 10}}));
}

TEST(PlanBatches, AFixedShapeIsFilledWhateverTheLengths) {
  EXPECT_EQ(plan_batches(std::vector<std::size_t>{3, 32, 7}, shape_of({2, 2}, {32, 32})),
            (Plan{{{0, 2}, 2, 32}, {{1}, 2, 32}}));
}

TEST(PlanBatches, ShortTextsArePaddedToTheShortestThatTheModelTakes) {
  EXPECT_EQ(plan_batches(std::vector<std::size_t>{3}, shape_of({4, 8}, {16, 64})),
            (Plan{{{0}, 4, 16}}));
}

TEST(PlanBatches, ATextOverTheMemoryBoundRunsAlone) {
  const std::size_t huge = kTokensPerRun + kTokensStep;
  EXPECT_EQ(plan_batches(std::vector<std::size_t>{huge, huge},
                         shape_of({1, std::nullopt}, {1, std::nullopt})),
            (Plan{{{0}, 1, huge}, {{1}, 1, huge}}));
}

// The promises of the header, held against many random lengths and shapes.
TEST(PlanBatches, KeepsEveryPromiseForAnyLengths) {
  std::mt19937 random(7);  // NOLINT: a fixed seed on purpose
  const AxisRange batches[] = {{1, 1}, {1, 64}, {4, 4}, {2, 8}, {1, std::nullopt}};
  const AxisRange tokens[] = {{1, 512}, {512, 512}, {16, 512}, {1, std::nullopt}};
  for (int round = 0; round < 400; ++round) {
    const EmbeddingShape shape = shape_of(batches[random() % 5], tokens[random() % 4]);
    std::vector<std::size_t> lengths(random() % 300);
    for (auto& length : lengths) length = 1 + random() % (random() % 2 ? 512 : 20);

    std::vector<int> seen(lengths.size());
    for (const Batch& batch : plan_batches(lengths, shape)) {
      ASSERT_FALSE(batch.texts.empty());
      ASSERT_GE(batch.rows, batch.texts.size());
      ASSERT_TRUE(shape.batch.contains(static_cast<std::int64_t>(batch.rows)));
      ASSERT_TRUE(shape.tokens.contains(static_cast<std::int64_t>(batch.tokens)));
      // What rounds the length up comes on top of the bounds.
      const std::size_t least = batch.tokens - std::min(batch.tokens - 1, kTokensStep - 1);
      ASSERT_LE(batch.rows * least, kTokensPerRun);
      std::size_t in_use = 0;
      for (const std::size_t text : batch.texts) {
        ++seen[text];
        ASSERT_LE(lengths[text], batch.tokens);
        in_use += lengths[text];
      }
      if (!shape.tokens.fixed() && batch.texts.size() > 1) {
        ASSERT_LE(batch.texts.size() * least * 5, in_use * 6);
      }
    }
    ASSERT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }));
  }
}

}  // namespace
}  // namespace papr
