// SPDX-License-Identifier: Apache-2.0
// On a Mac; elsewhere this is compiled and linked only, and run on a dispatch of ours by
// tests/macos/test_retargeted_source.py.
#include <gtest/gtest.h>

#include "pressure_wake.h"

namespace papr {
namespace {

TEST(PressureWake, IsStartedAndStoppedInAnyOrder) {
  const auto wake = make_pressure_wake();
  wake->stop();
  ASSERT_TRUE(wake->start([] {}));
  EXPECT_EQ(wake->start([] {}).error().code, ErrorCode::kInvalidArgument);
  wake->stop();
  wake->stop();
  ASSERT_TRUE(wake->start([] {}));  // and stopped by the destructor
}

}  // namespace
}  // namespace papr
