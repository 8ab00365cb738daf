// SPDX-License-Identifier: Apache-2.0
#include "user_folders.h"

#include <gtest/gtest.h>

#include <map>

namespace papr {
namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto value = values.find(name);
    return value == values.end() ? std::nullopt : std::optional(value->second);
  };
}

TEST(UserFolders, LieBelowHomeAndApartFromEachOther) {
  const auto folders = user_folders(environment_of({{"HOME", "/home/ada"}}));
  ASSERT_TRUE(folders);
  EXPECT_TRUE(folders->data.string().starts_with("/home/ada/"));
  EXPECT_TRUE(folders->cache.string().starts_with("/home/ada/"));
  EXPECT_NE(folders->data, folders->cache);
}

TEST(UserFolders, WithoutAHomeThereAreNone) {
  EXPECT_FALSE(user_folders(environment_of({})));
  EXPECT_FALSE(user_folders(environment_of({{"HOME", "relative"}})));
}

TEST(ProcessEnvironment, AnEmptyValueCountsAsUnset) {
  ::setenv("PAPR_TEST_EMPTY", "", 1);
  EXPECT_EQ(process_environment()("PAPR_TEST_EMPTY"), std::nullopt);
  EXPECT_EQ(process_environment()("PAPR_TEST_NOT_SET"), std::nullopt);
}

}  // namespace
}  // namespace papr
