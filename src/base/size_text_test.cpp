// SPDX-License-Identifier: Apache-2.0
#include "size_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace papr {
namespace {

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

TEST(WithThousands, PartsTheDigitsByThree) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
  EXPECT_EQ(with_thousands(std::numeric_limits<std::uint64_t>::max()),
            "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace papr
