// SPDX-License-Identifier: Apache-2.0
#include "self_path.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(SelfPath, IsThisVeryProgram) {
  const auto path = self_path();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_TRUE(path->is_absolute());
  EXPECT_EQ(std::filesystem::canonical(*path).filename(), "papr_base_test");
}

}  // namespace
}  // namespace papr
