// SPDX-License-Identifier: Apache-2.0
#include "utc_text.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(UtcText, HasMillisecondsAlways) {
  EXPECT_EQ(utc_text(WallTime()), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(WallTime(std::chrono::milliseconds(1769847300250))),
            "2026-01-31T08:15:00.250Z");
}

TEST(UtcText, BeforeTheEpochStillCountsForward) {
  EXPECT_EQ(utc_text(WallTime(std::chrono::milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace papr
