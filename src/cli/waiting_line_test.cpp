// SPDX-License-Identifier: Apache-2.0
#include "waiting_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace papr::cli {
namespace {

TEST(WaitingLine, SaysForHowLong) {
  EXPECT_EQ(waiting_text("Trying", 3, 80), "Trying  3 s");
  EXPECT_EQ(waiting_text("Trying", 59, 80), "Trying  59 s");
  EXPECT_EQ(waiting_text("Trying", 60, 80), "Trying  1:00 min");
  EXPECT_EQ(waiting_text("Trying", 3605, 80), "Trying  60:05 min");
}

TEST(WaitingLine, IsNoLongerThanTheTerminalIsWide) {
  EXPECT_EQ(waiting_text("Trying the model", 61, 16), "Trying  1:01 min");
  EXPECT_EQ(waiting_text("Trying the model", 3, 5), "  3 s");
  EXPECT_EQ(waiting_text("Trying the model", 3, 2), "  ");
  EXPECT_EQ(waiting_text("Trying the model", 3, 0), "");
}

TEST(WaitingLine, LeavesAnEmptyLine) {
  std::ostringstream err;
  {
    const WaitingLine line(err, "Trying", 80);
  }
  EXPECT_TRUE(err.str().ends_with("\r\033[K")) << err.str();
}

}  // namespace
}  // namespace papr::cli
