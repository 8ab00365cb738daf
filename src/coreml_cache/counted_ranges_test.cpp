// SPDX-License-Identifier: Apache-2.0
#include "counted_ranges.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace papr {
namespace {

TEST(CountedRanges, AreCountedOnce) {
  CountedRanges ranges;
  EXPECT_EQ(ranges.add(10, 20), 0U);
  EXPECT_EQ(ranges.add(10, 20), 10U);
  EXPECT_EQ(ranges.add(30, 40), 0U);
  EXPECT_EQ(ranges.add(15, 35), 10U);
  EXPECT_EQ(ranges.add(0, 50), 30U);
  EXPECT_EQ(ranges.add(50, 50), 0U);
}

TEST(CountedRanges, AgreeWithCountingEachPointByItself) {
  std::minstd_rand random(7);
  CountedRanges ranges;
  std::vector<bool> counted(200);
  for (int round = 0; round < 2000; ++round) {
    if (round % 50 == 0) {
      ranges = {};
      counted.assign(counted.size(), false);
    }
    const std::size_t start = random() % counted.size();
    const std::size_t end = start + random() % (counted.size() - start) / 4;
    std::uint64_t before = 0;
    for (std::size_t at = start; at < end; ++at) {
      if (counted[at]) ++before;
      counted[at] = true;
    }
    ASSERT_EQ(ranges.add(start, end), before) << "round " << round;
  }
}

}  // namespace
}  // namespace papr
