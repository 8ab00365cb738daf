// SPDX-License-Identifier: Apache-2.0
#include "pressure_wake.h"

#include <gtest/gtest.h>

#include "papr/pressure.h"

namespace papr {
namespace {

TEST(PressureWake, IsThereOnMacosAlone) { EXPECT_EQ(make_pressure_wake() != nullptr, is_macos()); }

}  // namespace
}  // namespace papr
