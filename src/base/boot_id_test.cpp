// SPDX-License-Identifier: Apache-2.0
#include "boot_id.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(BootId, IsTheSameTextEachTimeInOneBoot) {
  const auto id = boot_id();
  ASSERT_TRUE(id);
  EXPECT_GE(id->size(), 32u);
  EXPECT_EQ(id->find_first_of(" \n\0"), std::string::npos);
  EXPECT_EQ(boot_id(), id);
}

}  // namespace
}  // namespace papr
