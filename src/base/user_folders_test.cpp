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

TEST(UserDataFolder, LiesBelowHome) {
  const auto folder = user_data_folder(environment_of({{"HOME", "/home/ada"}}));
  ASSERT_TRUE(folder);
  EXPECT_TRUE(folder->string().starts_with("/home/ada/"));
}

TEST(UserDataFolder, WithoutAHomeThereIsNone) {
  EXPECT_FALSE(user_data_folder(environment_of({})));
  EXPECT_FALSE(user_data_folder(environment_of({{"HOME", "relative"}})));
}

TEST(StateFilePath, LiesInTheDataFolderAndIsNothingWithoutOne) {
  const Environment environment = environment_of({{"HOME", "/home/ada"}});
  EXPECT_EQ(state_file_path(environment), *user_data_folder(environment) / "state.json");
  EXPECT_FALSE(state_file_path(environment_of({})));
}

TEST(ProcessEnvironment, AnEmptyValueCountsAsUnset) {
  ::setenv("PAPR_TEST_EMPTY", "", 1);
  EXPECT_EQ(process_environment()("PAPR_TEST_EMPTY"), std::nullopt);
  EXPECT_EQ(process_environment()("PAPR_TEST_NOT_SET"), std::nullopt);
}

}  // namespace
}  // namespace papr
