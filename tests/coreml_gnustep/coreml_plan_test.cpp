// SPDX-License-Identifier: Apache-2.0
// The backend on Core ML, run on Linux on a Core ML of ours: plans, leaks, what every backend
// keeps.
#include <gtest/gtest.h>

#include "../../src/base/os_build.h"
#include "../../src/model/backend_contract_for_test.h"
#include "coreml_fixture_for_test.h"

namespace papr {

std::string os_build() { return "24E214"; }

namespace {

using How = Failure::How;

TEST_F(CoreMlBackendTest, ThePlanSaysWhereAModelRuns) {
  EXPECT_EQ(placement(), Placement::kNeuralEngine);
  EXPECT_EQ(sink_->names(), Names{"compute_plan_read"});
  world().plan.functions["main"] = {{.weight = 0.5}, {.weight = 0.5, .device = Device::kGpu}};
  EXPECT_EQ(placement(), Placement::kGpu);
  world().plan.functions["main"] = {{.device = Device::kUnknownOne}};
  EXPECT_EQ(placement(), Placement::kUnknown);
  world().plan.functions["main"] = {{.device = Device::kNone, .supported = {Device::kCpu}}};
  EXPECT_EQ(placement(), Placement::kCpu);
}

TEST_F(CoreMlBackendTest, WhatAPlanDoesNotSayIsUnknown) {
  world().plan.functions["main"] = {{.weight = std::nullopt}, {.silent = true}};
  EXPECT_EQ(placement(), Placement::kUnknown);
  world().plan.functions = {{"a", {{}}}, {"b", {{}}}};
  EXPECT_EQ(placement(), Placement::kUnknown) << "no function is the default";
  world().plan = {};
  EXPECT_EQ(placement(), Placement::kUnknown);
  EXPECT_EQ(sink_->names(), Names(3, "compute_plan_read"));
}

TEST_F(CoreMlBackendTest, BranchesConstantsLayersAndPartsAreWalked) {
  const Operation cpu{.weight = 1.0, .device = Device::kCpu};
  const Operation constant{.name = "ios17.const", .weight = std::nullopt, .silent = true};
  const Operation branch{
      .name = "cond", .weight = 99.0, .blocks = {{cpu, constant}, {cpu, constant}}};
  world().plan.functions = {{"only", {constant, branch, constant}}};
  EXPECT_EQ(placement(), Placement::kCpu);
  EXPECT_EQ(sink_->seen().back().fields[1].second, "2") << "operations";
  world().plan = {.layers = {{}, {}, {}, {}, cpu}};
  EXPECT_EQ(placement(), Placement::kNeuralEngine);
  world().plan = {.parts = {{.layers = {cpu}}, {.functions = {{"main", {cpu, cpu}}}}}};
  EXPECT_EQ(placement(), Placement::kCpu);
  EXPECT_EQ(sink_->seen().back().fields[1].second, "3");
}

TEST_F(CoreMlBackendTest, APlanThatFailsLeavesThePlacementUnknownAndTheModelGood) {
  const std::pair<Failure*, How> failures[] = {
      {&world().answer, How::kError},       {&world().answer, How::kNil},
      {&world().walk, How::kObjcException}, {&world().walk, How::kCxxException},
      {&world().ask, How::kObjcException},  {&world().ask, How::kCxxException}};
  for (const auto& [failure, how] : failures) {
    *failure = {how, {{"com.apple.CoreML", 0, "internal failure"}}};
    const auto model = load();
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ((*model)->placement(), Placement::kUnknown);
    EXPECT_TRUE((*model)->run(text_inputs()));
    *failure = {};
  }
  EXPECT_EQ(sink_->names(), Names(6, "compute_plan_missing"));
}

TEST_F(CoreMlBackendTest, EachOperationIsToldWithItsNameWeightAndDevices) {
  world().plan.functions["main"] = {
      {.name = "ios17.const", .weight = std::nullopt, .silent = true},
      {.name = "ios17.gather",
       .output = "x_1",
       .weight = 0.25,
       .device = Device::kCpu,
       .supported = {Device::kCpu, Device::kGpu}},
      {.name = "ios17.add", .output = "x_2", .weight = std::nullopt, .silent = true}};
  const auto told = make_system_model_backend(options_)->operations(package(), {});
  ASSERT_TRUE(told) << told.error().message;
  ASSERT_EQ(told->size(), 2u);
  EXPECT_EQ((*told)[0].type, "ios17.gather");
  EXPECT_EQ((*told)[0].name, "x_1");
  EXPECT_EQ((*told)[0].weight, 0.25);
  EXPECT_EQ((*told)[0].preferred, Placement::kCpu);
  EXPECT_EQ((*told)[0].supported, (std::vector{Placement::kCpu, Placement::kGpu}));
  EXPECT_EQ((*told)[1].name, "x_2");
  EXPECT_FALSE((*told)[1].weight);
  EXPECT_EQ((*told)[1].preferred, Placement::kUnknown);
  world().plan = {.layers = {{.name = "innerProduct", .output = "fc1"}}};
  const auto layers = make_system_model_backend(options_)->operations(package(), {});
  ASSERT_TRUE(layers);
  EXPECT_EQ(layers->front().type, "innerProduct");
  EXPECT_EQ(layers->front().name, "fc1");
}

TEST_F(CoreMlBackendTest, OperationsAreAskedForTheUnitsThatTheModelMayRunOn) {
  const std::pair<ComputeUnits, std::int64_t> rows[] = {{ComputeUnits::kAll, 3},
                                                        {ComputeUnits::kCpuAndNeuralEngine, 3},
                                                        {ComputeUnits::kCpuAndGpu, 1},
                                                        {ComputeUnits::kCpuOnly, 0}};
  for (const auto& [units, planned] : rows) {
    ASSERT_TRUE(make_system_model_backend(options_)->operations(package(), {.units = units}));
    EXPECT_EQ(world().units_planned, planned);
  }
}

TEST_F(CoreMlBackendTest, OperationsThatCannotBeHadAreAnError) {
  world().answer = {How::kError, {{"com.apple.CoreML", 0, "internal failure"}}};
  const auto backend = make_system_model_backend(options_);
  const auto told = backend->operations(package(), {});
  ASSERT_FALSE(told);
  EXPECT_TRUE(told.error().message.contains("internal failure")) << told.error().message;
  EXPECT_EQ(backend->operations("no-such.mlpackage", {}).error().code, ErrorCode::kNotFound);
}

TEST_F(CoreMlBackendTest, APlanThatIsLateIsDropped) {
  world().late_plan = true;
  options_.placement_limit = std::chrono::milliseconds(1);
  const auto model = load();
  ASSERT_TRUE(model);
  EXPECT_EQ((*model)->placement(), Placement::kUnknown);
  EXPECT_EQ(sink_->names(), Names{"compute_plan_missing"});
  let_plans_come();
  EXPECT_EQ((*model)->placement(), Placement::kUnknown);
}

TEST_F(CoreMlBackendTest, WhoDoesNotWaitAsksForNoPlanAndWhoHasNoSinkStillLoads) {
  options_.placement_limit = std::chrono::milliseconds(0);
  EXPECT_EQ(placement(), Placement::kUnknown);
  EXPECT_EQ(world().plans, 0);
  options_ = {};
  EXPECT_EQ(placement(), Placement::kNeuralEngine);
}

TEST_F(CoreMlBackendTest, AThousandLoadsLeaveNothingBehind) {
  constexpr int kLoads = 1000;
  for (int i = 0; i < kLoads; ++i) {
    const auto model = load();
    ASSERT_TRUE(model && (*model)->run(text_inputs()));
  }
  let_plans_come();
  EXPECT_EQ(live_objects(), 0);
  std::printf("loads without a leak: %d\n", kLoads);
}

std::unique_ptr<ModelBackend> make_backend() {
  start_anew();
  return make_system_model_backend({});
}

fs::path contract_model() {
  static const TemporaryFolder folder;
  return folder.write("tiny.mlmodelc/model.mil", "program(1.0)").parent_path();
}

INSTANTIATE_TEST_SUITE_P(CoreMl, BackendContract,
                         testing::Values(BackendUnderTest{"coreml", make_backend,
                                                          contract_model()}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace papr

int main(int argc, char** argv) {
  papr::fake_coreml::warm_up();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
