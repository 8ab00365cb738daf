// SPDX-License-Identifier: Apache-2.0
#include "units.h"

#include <gtest/gtest.h>

#include <limits>

namespace papr::cli {
namespace {

using namespace std::chrono_literals;

TEST(SizeText, HasDecimalUnitsAndNeverAThousandOfOne) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999'949), "999.9 kB");
  EXPECT_EQ(size_text(999'950), "1.0 MB");
  EXPECT_EQ(size_text(1'234'567'890), "1.2 GB");
  EXPECT_EQ(size_text(286'500'000'000), "286.5 GB");
  EXPECT_EQ(size_text(std::numeric_limits<std::uint64_t>::max()), "18446.7 PB");
}

TEST(AgeText, GrowsItsUnitWithTheAge) {
  EXPECT_EQ(age_text(-1ms), "in the future");
  EXPECT_EQ(age_text(59s), "just now");
  EXPECT_EQ(age_text(119min), "119 min ago");
  EXPECT_EQ(age_text(120min), "2 h ago");
  EXPECT_EQ(age_text(48h), "2 days ago");
}

TEST(UtcText, IsRfc3339WithMilliseconds) {
  EXPECT_EQ(utc_text(WallTime(1'769'847'300'250ms)), "2026-01-31T08:15:00.250Z");
}

}  // namespace
}  // namespace papr::cli
