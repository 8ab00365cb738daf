// SPDX-License-Identifier: Apache-2.0
#include "duration.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsEveryUnitAndDecimals) {
  EXPECT_EQ(parse_duration("150ms"), 150ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("2.5s"), 2500ms);
  EXPECT_EQ(parse_duration("0.125s"), 125ms);
  EXPECT_EQ(parse_duration("30m"), 30min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("0s"), 0ms);
}

TEST(ParseDuration, ANumberWithoutUnitOrWithMoreIsRefused) {
  for (const auto* text : {"", "s", "5", "-1s", "+1s", "1 s", "1.s", ".5s", "1.2.3s", "1e3s", "1d",
                           "nans", "99999999999999999999h", "9000000h", "1s "}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_NE(duration.error().remedy.find("150ms"), std::string::npos);
  }
}

}  // namespace
}  // namespace papr
