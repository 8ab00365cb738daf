// SPDX-License-Identifier: Apache-2.0
#include "waiting_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace papr::cli {
namespace {

TEST(WaitingLine, SaysForHowLong) {
  EXPECT_EQ(waiting_text("Trying", 3), "Trying  3 s");
  EXPECT_EQ(waiting_text("Trying", 59), "Trying  59 s");
  EXPECT_EQ(waiting_text("Trying", 60), "Trying  1:00 min");
  EXPECT_EQ(waiting_text("Trying", 3605), "Trying  60:05 min");
}

TEST(WaitingLine, WhatIsOverAtOnceLeavesAnEmptyLine) {
  std::ostringstream err;
  {
    const WaitingLine line(err, "Trying");
  }
  EXPECT_EQ(err.str(), "\r\033[K");
}

}  // namespace
}  // namespace papr::cli
