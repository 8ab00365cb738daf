// SPDX-License-Identifier: Apache-2.0
#include "plan_placement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace papr {
namespace {

using enum Placement;
struct Operation {
  std::optional<double> weight;
  Placement preferred = kUnknown;
  std::vector<Placement> supported = {};
};
using Plan = std::vector<Operation>;

PlanPlacement placement_of(const Plan& plan) {
  std::vector<PlannedOperation> operations;
  for (const Operation& one : plan) {
    operations.push_back(
        {.weight = one.weight, .preferred = one.preferred, .supported = one.supported});
  }
  return placement_of_plan(operations);
}

Plan times(std::size_t count, const Operation& operation) { return Plan(count, operation); }

Plan operator+(Plan some, const Plan& others) {
  some.insert(some.end(), others.begin(), others.end());
  return some;
}

TEST(PlanPlacement, FromEightyPercentOnItIsTheNeuralEngine) {
  const auto plan = placement_of(Plan{{0.8, kNeuralEngine}, {0.2, kCpu}});
  EXPECT_EQ(plan.placement, kNeuralEngine);
  EXPECT_DOUBLE_EQ(*plan.neural_engine_share, 0.8);
  EXPECT_EQ(placement_of(Plan{{0.79, kNeuralEngine}, {0.21, kCpu}}).placement, kCpu);
}

TEST(PlanPlacement, BelowThatItIsWhereTheRestIs) {
  EXPECT_EQ(placement_of(Plan{{0.5, kNeuralEngine}, {0.3, kGpu}, {0.2, kCpu}}).placement, kGpu);
  EXPECT_EQ(placement_of(Plan{{1, kGpu}}).placement, kGpu);
  EXPECT_EQ(placement_of(Plan{{1, kCpu}}).placement, kCpu);
}

TEST(PlanPlacement, WeightsNeedNotAddUpToOne) {
  const auto plan = placement_of(Plan{{30, kNeuralEngine}, {10, kCpu}});
  EXPECT_EQ(plan.placement, kCpu);
  EXPECT_DOUBLE_EQ(*plan.neural_engine_share, 0.75);
}

TEST(PlanPlacement, AnEmptyPlanAndOneWithoutWeightsSayNothing) {
  EXPECT_EQ(placement_of({}).placement, kUnknown);
  const auto plan = placement_of(Plan{{std::nullopt, kNeuralEngine}, {0.0, kNeuralEngine}});
  EXPECT_EQ(plan.placement, kUnknown);
  EXPECT_EQ(plan.neural_engine_share, std::nullopt);
  EXPECT_EQ(plan.operations, 2U);
  EXPECT_EQ(plan.unknown, 1U);
}

TEST(PlanPlacement, WhatIsNoNumberCountsAsUnknownAndNotAsWork) {
  for (const double weight : {std::nan(""), std::numeric_limits<double>::infinity(), -1.0}) {
    const auto plan = placement_of(times(9, {0.1, kNeuralEngine}) + Plan{{weight, kCpu}});
    EXPECT_EQ(plan.placement, kNeuralEngine);
    EXPECT_DOUBLE_EQ(*plan.neural_engine_share, 1.0);
    EXPECT_EQ(plan.unknown, 1U);
  }
}

TEST(PlanPlacement, MoreThanAFifthUnknownLeavesAllUnknown) {
  const Operation silent{};
  const auto fair = times(8, {0.1, kNeuralEngine}) + times(2, silent);
  EXPECT_EQ(placement_of(fair).placement, kNeuralEngine);
  const auto unfair = times(8, {0.1, kNeuralEngine}) + times(3, silent);
  EXPECT_EQ(placement_of(unfair).placement, kUnknown);
  EXPECT_DOUBLE_EQ(*placement_of(unfair).neural_engine_share, 1.0);
}

TEST(PlanPlacement, WorkWithoutADeviceThatCouldTipTheBalanceLeavesItOpen) {
  const Plan open = times(7, {0.1, kNeuralEngine}) + Plan{{0.1, kUnknown}, {0.2, kCpu}};
  EXPECT_EQ(placement_of(open).placement, kUnknown);
  const Plan settled = times(6, {0.1, kNeuralEngine}) + Plan{{0.1, kUnknown}, {0.3, kCpu}};
  EXPECT_EQ(placement_of(settled).placement, kCpu);
}

TEST(PlanPlacement, TheOnlyDeviceThatIsSupportedIsTheOne) {
  const auto plan = placement_of(Plan{{1, kUnknown, {kCpu}}});
  EXPECT_EQ(plan.placement, kCpu);
  EXPECT_EQ(plan.unknown, 0U);
  EXPECT_EQ(placement_of(Plan{{1, kUnknown, {kCpu, kNeuralEngine}}}).placement, kUnknown);
}

}  // namespace
}  // namespace papr
