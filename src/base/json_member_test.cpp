// SPDX-License-Identifier: Apache-2.0
#include "json_member.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

using nlohmann::json;

TEST(JsonMember, IsWhatTheObjectHasAndNullOtherwise) {
  const json object = {{"a", 1}, {"b", {{"c", 2}}}};
  EXPECT_EQ(json_member(object, "a"), 1);
  EXPECT_EQ(json_member(json_member(object, "b"), "c"), 2);
  EXPECT_TRUE(json_member(object, "c").is_null());
  for (const char* const other : {"null", "3", "[1]", "\"a\"", "true"}) {
    EXPECT_TRUE(json_member(json::parse(other), "a").is_null()) << other;
  }
}

}  // namespace
}  // namespace papr
