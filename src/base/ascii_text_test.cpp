// SPDX-License-Identifier: Apache-2.0
#include "ascii_text.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(AsciiLower, MakesLettersOfAsciiSmallAndLeavesTheRest) {
  EXPECT_EQ(ascii_lower("Content-TYPE: [@Z`{09]"), "content-type: [@z`{09]");
  EXPECT_EQ(ascii_lower("\xC3\x84\xFF"), "\xC3\x84\xFF");
  EXPECT_EQ(ascii_lower(""), "");
}

}  // namespace
}  // namespace papr
