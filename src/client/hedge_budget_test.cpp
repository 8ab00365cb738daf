// SPDX-License-Identifier: Apache-2.0
#include "hedge_budget.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

int hedges_in(int searches, HedgeBudget& budget) {
  int hedges = 0;
  for (int i = 0; i < searches; ++i) {
    budget.note_search();
    if (budget.allows()) {
      budget.take();
      ++hedges;
    }
  }
  return hedges;
}

TEST(HedgeBudget, IsOneSearchInTwentyWhenEverySearchIsLate) {
  HedgeBudget budget;
  EXPECT_NEAR(hedges_in(10'000, budget), 500, 2);
}

TEST(HedgeBudget, LetsTheVeryFirstSearchHedge) {
  HedgeBudget budget;
  EXPECT_EQ(hedges_in(1, budget), 1);
}

TEST(HedgeBudget, DoesNotSaveUpAStorm) {
  HedgeBudget budget;
  for (int i = 0; i < 100'000; ++i) budget.note_search();
  EXPECT_LE(hedges_in(20, budget), 6);
}

}  // namespace
}  // namespace papr
