// SPDX-License-Identifier: Apache-2.0
#include "progress_line.h"

#include <gtest/gtest.h>

namespace papr::cli {
namespace {

using namespace std::chrono_literals;

TEST(ProgressLine, ShowsCountShareRateAndTimeLeft) {
  EXPECT_EQ(progress_line({.rows = 1280, .fraction = 0.25, .elapsed = 10s}, 80),
            "    1,280 rows  [#####---------------]  25 %  128 rows/s  30 s left");
}

TEST(ProgressLine, OfUnknownLengthHasNoBarAndNoEnd) {
  EXPECT_EQ(progress_line({.rows = 5, .fraction = std::nullopt, .elapsed = 1s}, 80),
            "        5 rows  5 rows/s");
}

TEST(ProgressLine, AFileThatGrewIsNotOverAHundredPercent) {
  EXPECT_EQ(progress_line({.rows = 1, .fraction = 1.5, .elapsed = 0s}, 80),
            "        1 rows  [####################] 100 %");
}

TEST(ProgressLine, NeverIsWiderThanTheTerminal) {
  EXPECT_EQ(progress_line({.rows = 1, .fraction = 0.5, .elapsed = 1s}, 12).size(), 12u);
}

}  // namespace
}  // namespace papr::cli
