// SPDX-License-Identifier: Apache-2.0
#include "measured_operations.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

using namespace std::chrono_literals;
using Status = ov::ProfilingInfo::Status;

ov::ProfilingInfo measured(Status status, std::chrono::microseconds took, const char* name) {
  return {status, took, took, name, "jit_f32", "MatMul"};
}

TEST(MeasuredOperations, EachThatWasRunHasItsShareOfTheTime) {
  const std::vector<ov::ProfilingInfo> all = {
      measured(Status::EXECUTED, 30us, "a"), measured(Status::OPTIMIZED_OUT, 50us, "gone"),
      measured(Status::NOT_RUN, 0us, "too quick"), measured(Status::EXECUTED, 10us, "b")};
  const auto operations = measured_operations(all);
  ASSERT_EQ(operations.size(), 3u);
  EXPECT_EQ(operations[0].name, "a");
  EXPECT_EQ(operations[0].type, "MatMul");
  EXPECT_EQ(operations[0].weight, 0.75);
  EXPECT_EQ(operations[1].weight, 0);
  EXPECT_EQ(operations[2].weight, 0.25);
  EXPECT_EQ(operations[2].preferred, Placement::kCpu);
}

TEST(MeasuredOperations, WhatTookNoTimeHasNoShare) {
  const std::vector<ov::ProfilingInfo> all = {measured(Status::EXECUTED, 0us, "a")};
  ASSERT_EQ(measured_operations(all).size(), 1u);
  EXPECT_FALSE(measured_operations(all).front().weight);
  EXPECT_TRUE(measured_operations({}).empty());
}

}  // namespace
}  // namespace papr
