// SPDX-License-Identifier: Apache-2.0
#include "latency_breaker.h"

#include <gtest/gtest.h>

#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1h};
constexpr auto kFast = 100ms;
constexpr auto kSlow = 50s;

LatencyBreaker opened_at(SteadyTime now) {
  LatencyBreaker breaker(150ms);
  for (int call = 0; call < 3; ++call) breaker.record(CallRoute::kLocal, kSlow, now);
  EXPECT_TRUE(breaker.open());
  return breaker;
}

TEST(LatencyBreaker, ALatencyOnTheBudgetIsWithinIt) {
  LatencyBreaker breaker(150ms);
  for (int call = 0; call < 20; ++call) breaker.record(CallRoute::kLocal, 150ms, kStart);
  EXPECT_FALSE(breaker.open());
}

TEST(LatencyBreaker, TwoSlowCallsInAnyFiveLeaveItClosed) {
  LatencyBreaker breaker(150ms);
  for (int call = 0; call < 100; ++call) {
    breaker.record(CallRoute::kLocal, call % 5 < 2 ? kSlow : kFast, kStart);
    ASSERT_FALSE(breaker.open()) << call;
  }
}

TEST(LatencyBreaker, TheThirdSlowCallOfFiveOpensItAndIsTheOneThatSaysSo) {
  LatencyBreaker breaker(150ms);
  std::vector<bool> changed;
  for (const auto latency : std::vector<std::chrono::milliseconds>{50s, 100ms, 50s, 100ms, 151ms}) {
    changed.push_back(breaker.record(CallRoute::kLocal, latency, kStart));
  }
  EXPECT_EQ(changed, (std::vector{false, false, false, false, true}));
  EXPECT_EQ(breaker.route(kStart, false), CallRoute::kElsewhere);
}

TEST(LatencyBreaker, AnErrorCountsAsASlowCall) {
  LatencyBreaker breaker(150ms);
  for (int call = 0; call < 3; ++call) breaker.record_failure(CallRoute::kLocal, kStart);
  EXPECT_TRUE(breaker.open());
}

TEST(LatencyBreaker, ProbesComeAfterFiveSecondsThenTwiceAsLateUpToFiveMinutes) {
  LatencyBreaker breaker = opened_at(kStart);
  SteadyTime now = kStart;
  for (const auto wait : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s, 300s}) {
    EXPECT_EQ(breaker.route(now + wait - 1ms, false), CallRoute::kElsewhere) << wait.count();
    now += wait;
    ASSERT_EQ(breaker.route(now, false), CallRoute::kProbe) << wait.count();
    EXPECT_FALSE(breaker.record(CallRoute::kProbe, kSlow, now));
  }
}

TEST(LatencyBreaker, OneProbeAtATime) {
  LatencyBreaker breaker = opened_at(kStart);
  EXPECT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 5s, false), CallRoute::kElsewhere);
}

TEST(LatencyBreaker, AGoodProbeClosesItAndTheOldCallsAreForgotten) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
  EXPECT_TRUE(breaker.record(CallRoute::kProbe, kFast, kStart + 6s));
  EXPECT_FALSE(breaker.open());
  breaker.record(CallRoute::kLocal, kSlow, kStart + 7s);
  breaker.record(CallRoute::kLocal, kSlow, kStart + 8s);
  EXPECT_EQ(breaker.route(kStart + 8s, false), CallRoute::kLocal);
}

TEST(LatencyBreaker, ClosedAgainItWaitsFiveSecondsTheNextTime) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
  breaker.record(CallRoute::kProbe, kSlow, kStart + 5s);
  ASSERT_EQ(breaker.route(kStart + 15s, false), CallRoute::kProbe);
  breaker.record(CallRoute::kProbe, kFast, kStart + 15s);
  for (int call = 0; call < 3; ++call) breaker.record(CallRoute::kLocal, kSlow, kStart + 20s);
  EXPECT_EQ(breaker.route(kStart + 25s, false), CallRoute::kProbe);
}

TEST(LatencyBreaker, UnderPressureADueProbeWaitsForTheCalm) {
  LatencyBreaker breaker = opened_at(kStart);
  EXPECT_EQ(breaker.route(kStart + 1h, true), CallRoute::kElsewhere);
  EXPECT_EQ(breaker.route(kStart + 1h, false), CallRoute::kProbe);
}

TEST(LatencyBreaker, CallsSentBeforeItOpenedNeitherCloseItNorPutTheProbeOff) {
  LatencyBreaker breaker = opened_at(kStart);
  EXPECT_FALSE(breaker.record(CallRoute::kLocal, kFast, kStart + 1s));
  EXPECT_FALSE(breaker.record(CallRoute::kLocal, kSlow, kStart + 2s));
  EXPECT_TRUE(breaker.open());
  EXPECT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
}

TEST(LatencyBreaker, AProbeThatNeverEndsIsFollowedByAnother) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 10s - 1ms, false), CallRoute::kElsewhere);
  EXPECT_EQ(breaker.route(kStart + 10s, false), CallRoute::kProbe);
}

TEST(LatencyBreaker, AProbeCalledOffMayBeSentAnewAtOnce) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
  breaker.forget(CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 5s, false), CallRoute::kProbe);
}

TEST(LatencyBreaker, WhereTheClockStandsStillNothingBecomesDue) {
  LatencyBreaker breaker = opened_at(kStart);
  for (int call = 0; call < 1000; ++call) {
    ASSERT_EQ(breaker.route(kStart, false), CallRoute::kElsewhere);
  }
}

}  // namespace
}  // namespace papr
