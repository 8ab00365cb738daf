// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "user_folders.h"

namespace papr {
namespace {

std::optional<std::filesystem::path> folder_with_xdg(const std::string& data_home) {
  return user_data_folder([&](const char* name) -> std::optional<std::string> {
    return std::string(name) == "HOME" ? "/home/ada" : data_home;
  });
}

TEST(UserDataFolderXdg, TheVariableWinsUnlessRelative) {
  EXPECT_EQ(folder_with_xdg("/data"), "/data/papr");
  EXPECT_EQ(folder_with_xdg("data"), "/home/ada/.local/share/papr");
}

TEST(UserConfigFolderXdg, TheVariableWinsUnlessRelative) {
  const auto folder_with = [](const std::string& config_home) {
    return user_config_folder([&](const char* name) -> std::optional<std::string> {
      return std::string(name) == "HOME" ? "/home/ada" : config_home;
    });
  };
  EXPECT_EQ(folder_with("/config"), "/config/papr");
  EXPECT_EQ(folder_with("config"), "/home/ada/.config/papr");
  EXPECT_FALSE(user_config_folder([](const char*) { return std::nullopt; }));
}

TEST(CompiledModelsFolderXdg, TheVariableWinsUnlessRelative) {
  const auto folder_with = [](const std::string& cache_home) {
    return compiled_models_folder([&](const char* name) -> std::optional<std::string> {
      return std::string(name) == "HOME" ? "/home/ada" : cache_home;
    });
  };
  EXPECT_EQ(folder_with("/cache"), "/cache/papr/compiled-models");
  EXPECT_EQ(folder_with("cache"), "/home/ada/.cache/papr/compiled-models");
  EXPECT_FALSE(compiled_models_folder([](const char*) { return std::nullopt; }));
}

}  // namespace
}  // namespace papr
