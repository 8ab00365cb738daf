// SPDX-License-Identifier: Apache-2.0
#include "age_text.h"

#include <gtest/gtest.h>

namespace papr::cli {
namespace {

using namespace std::chrono_literals;

TEST(AgeText, GrowsItsUnitWithTheAge) {
  EXPECT_EQ(age_text(-1ms), "in the future");
  EXPECT_EQ(age_text(59s), "just now");
  EXPECT_EQ(age_text(119min), "119 min ago");
  EXPECT_EQ(age_text(120min), "2 h ago");
  EXPECT_EQ(age_text(48h), "2 days ago");
}

}  // namespace
}  // namespace papr::cli
