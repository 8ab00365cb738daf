// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "user_folders.h"

namespace papr {
namespace {

TEST(UserFoldersXdg, TheXdgVariablesWinUnlessRelative) {
  const auto folders = user_folders([](const char* name) -> std::optional<std::string> {
    const std::string wanted = name;
    if (wanted == "HOME") return "/home/ada";
    if (wanted == "XDG_DATA_HOME") return "/data";
    if (wanted == "XDG_CACHE_HOME") return "cache";
    return std::nullopt;
  });
  ASSERT_TRUE(folders);
  EXPECT_EQ(folders->data, "/data/papr");
  EXPECT_EQ(folders->cache, "/home/ada/.cache/papr");
}

}  // namespace
}  // namespace papr
