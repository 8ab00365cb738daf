// SPDX-License-Identifier: Apache-2.0
#include "hex.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace papr {
namespace {

TEST(HexOf, WritesEachByteAsTwoLowercaseDigits) {
  EXPECT_EQ(hex_of(std::array{std::byte{0x00}, std::byte{0x0f}, std::byte{0xa0}, std::byte{0xff}}),
            "000fa0ff");
  EXPECT_EQ(hex_of({}), "");
}

}  // namespace
}  // namespace papr
