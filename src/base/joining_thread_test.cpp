// SPDX-License-Identifier: Apache-2.0
#include "joining_thread.h"

#include <gtest/gtest.h>

#include <latch>

namespace papr {
namespace {

TEST(JoiningThread, IsWaitedForWhenItGoes) {
  int done = 0;
  {
    const JoiningThread thread([&] { done = 1; });
  }
  EXPECT_EQ(done, 1);
}

TEST(JoiningThread, IsWaitedForWhenAnotherTakesItsPlace) {
  int first = 0;
  int second = 0;
  JoiningThread thread([&] { first = 1; });
  thread = JoiningThread([&] { second = 1; });
  EXPECT_EQ(first, 1);
  thread.join();
  EXPECT_EQ(second, 1);
}

TEST(JoiningThread, WaitsForNothingWhenItWasMovedAway) {
  std::latch go(1);
  JoiningThread thread([&] { go.wait(); });
  JoiningThread owner(std::move(thread));
  thread.join();  // NOLINT(bugprone-use-after-move): would never return if it had kept it
  go.count_down();
}

}  // namespace
}  // namespace papr
