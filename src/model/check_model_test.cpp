// SPDX-License-Identifier: Apache-2.0
#include "check_model.h"

#include <gtest/gtest.h>

#include "fake_model_backend.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

class CheckModel : public testing::Test {
 protected:
  Result<ModelCheck> check(std::vector<FakeLoad> loads, ModelBackend* keeping = nullptr) {
    FakeModelBackend backend(clock_, std::move(loads));
    return check_model({.cold = backend, .keeping = keeping, .clock = *clock_}, "m.mlpackage");
  }
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
};

TEST_F(CheckModel, TellsTheTimesOfALoadTheFirstPredictionAndTheNext) {
  const auto seen = check({{.takes = 700ms, .runs = {{.takes = 90ms}, {.takes = 7ms}}}});
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->backend, "fake");
  EXPECT_EQ(seen->cold_load_ms, 700);
  EXPECT_EQ(seen->verification.first_ms, 90);
  EXPECT_EQ(seen->verification.warm_ms, 7);
  EXPECT_FALSE(seen->warm_load_ms);
  EXPECT_EQ(seen->verification.verdict(), ModelVerdict::kGood);
  EXPECT_EQ(advice_on(seen->verification), "");
}

TEST_F(CheckModel, TheLaterStartIsTimedWhereTheRuntimeKeepsWhatItCompiled) {
  FakeModelBackend keeping(clock_, {{.takes = 500ms}, {.takes = 20ms}});
  const auto seen = check({{}}, &keeping);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->warm_load_ms, 20);
  EXPECT_EQ(keeping.runs_seen(), 0);
  keeping.rebuilds_answer = false;
  EXPECT_FALSE(check({{}}, &keeping)->warm_load_ms);
}

TEST_F(CheckModel, ASlowModelIsToldSoAndWhatToDo) {
  const auto seen = check({{.runs = {{.takes = 400ms}}}});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->verification.verdict(), ModelVerdict::kSlow);
  EXPECT_NE(advice_on(seen->verification).find("PAPR_LATENCY_BUDGET=600ms"), std::string::npos)
      << advice_on(seen->verification);
}

TEST_F(CheckModel, AnOutputThatMakesNoSenseIsWorseThanATimeOverTheBudget) {
  for (const auto output :
       {FakeRun::Output::kNan, FakeRun::Output::kZeros, FakeRun::Output::kWrongSize}) {
    const auto seen = check({{.runs = {{.takes = 400ms, .output = output}}}});
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->verification.verdict(), ModelVerdict::kWrongOutput);
    EXPECT_FALSE(seen->verification.problem.empty());
    EXPECT_FALSE(advice_on(seen->verification).empty());
  }
}

TEST_F(CheckModel, WhatKeepsItFromRunningIsTheError) {
  const Error error{ErrorCode::kUnsupported, "op x", "convert it anew"};
  EXPECT_EQ(check({{.error = error}}).error().code, ErrorCode::kUnsupported);
  const auto seen = check({{.runs = {{.error = error}}}});
  ASSERT_FALSE(seen);
  EXPECT_NE(seen.error().message.find("op x"), std::string::npos);
}

}  // namespace
}  // namespace papr
