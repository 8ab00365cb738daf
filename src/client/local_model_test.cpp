// SPDX-License-Identifier: Apache-2.0
#include "local_model.h"

#include <gtest/gtest.h>

#include <utility>

namespace papr {
namespace {

using namespace std::chrono_literals;
using State = LocalModel::State;

constexpr SteadyTime kStart{};

PressureReading calm() { return {}; }

PressureReading short_of_memory() {
  PressureReading reading;
  reading.level = PressureLevel::kCritical;
  reading.state = PressureState::kActive;
  return reading;
}

LocalLoad refused(bool retry_when_calm = false) {
  LocalLoad load;
  load.refusal = Error{ErrorCode::kUnavailable, "no", ""};
  load.retry_when_calm = retry_when_calm;
  return load;
}

TEST(LocalModel, OneCallerLoadsForAll) {
  LocalModel model;
  EXPECT_TRUE(model.load_is_due(calm(), kStart));
  EXPECT_TRUE(model.begin_load(kStart));
  EXPECT_FALSE(model.begin_load(kStart));
  EXPECT_FALSE(model.load_is_due(calm(), kStart + 1h));
  EXPECT_EQ(model.state(), State::kLoading);
}

TEST(LocalModel, ARefusedLoadIsTriedAgainLaterAndLaterUpToFiveMinutes) {
  LocalModel model;
  SteadyTime now = kStart;
  for (const auto wait : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s, 300s}) {
    ASSERT_TRUE(model.begin_load(now));
    model.end_load(refused(), now);
    EXPECT_EQ(model.state(), State::kRefused);
    EXPECT_FALSE(model.load_is_due(calm(), now + wait - 1ns)) << wait.count();
    EXPECT_TRUE(model.load_is_due(calm(), now + wait)) << wait.count();
    now += wait;
  }
}

TEST(LocalModel, ALoadThatMemoryWasTooShortForIsTriedAsSoonAsItIsCalm) {
  LocalModel model;
  ASSERT_TRUE(model.begin_load(kStart));
  model.end_load(refused(true), kStart);
  EXPECT_FALSE(model.load_is_due(short_of_memory(), kStart + 1h));
  EXPECT_TRUE(model.load_is_due(calm(), kStart));
}

TEST(LocalModel, AnUnloadedModelIsLoadedAgainButALoadOnItsWayStays) {
  LocalModel model;
  ASSERT_TRUE(model.begin_load(kStart));
  (void)model.unload();
  EXPECT_EQ(model.state(), State::kLoading);
  model.end_load(refused(), kStart);
  (void)model.unload();
  EXPECT_EQ(model.state(), State::kUnloaded);
  EXPECT_TRUE(model.load_is_due(calm(), kStart));
}

}  // namespace
}  // namespace papr
