// SPDX-License-Identifier: Apache-2.0
#include "recent_reading.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1h};

TEST(RecentReading, IsCalmAndDueBeforeTheFirstLook) {
  RecentReading recent;
  EXPECT_EQ(recent.get().level, PressureLevel::kNormal);
  EXPECT_TRUE(recent.begin(kStart));
}

TEST(RecentReading, OneLooksForAll) {
  RecentReading recent;
  ASSERT_TRUE(recent.begin(kStart));
  EXPECT_FALSE(recent.begin(kStart + 1h));
}

TEST(RecentReading, IsKeptForFiveSeconds) {
  RecentReading recent;
  ASSERT_TRUE(recent.begin(kStart));
  recent.end({.level = PressureLevel::kCritical}, kStart);
  EXPECT_EQ(recent.get().level, PressureLevel::kCritical);
  EXPECT_FALSE(recent.begin(kStart + 4999ms));
  EXPECT_TRUE(recent.begin(kStart + 5s));
}

}  // namespace
}  // namespace papr
