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

}  // namespace
}  // namespace papr
