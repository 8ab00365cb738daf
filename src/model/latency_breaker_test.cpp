// SPDX-License-Identifier: Apache-2.0
#include "latency_breaker.h"

#include <gtest/gtest.h>

#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureLevel;

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
  EXPECT_EQ(breaker.route(kStart, kNormal), CallRoute::kElsewhere);
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
    EXPECT_EQ(breaker.route(now + wait - 1ms, kNormal), CallRoute::kElsewhere) << wait.count();
    now += wait;
    ASSERT_EQ(breaker.route(now, kNormal), CallRoute::kProbe) << wait.count();
    EXPECT_FALSE(breaker.record(CallRoute::kProbe, kSlow, now));
  }
}

TEST(LatencyBreaker, OneProbeAtATime) {
  LatencyBreaker breaker = opened_at(kStart);
  EXPECT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kElsewhere);
}

TEST(LatencyBreaker, AGoodProbeClosesItAndTheOldCallsAreForgotten) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
  EXPECT_TRUE(breaker.record(CallRoute::kProbe, kFast, kStart + 6s));
  EXPECT_FALSE(breaker.open());
  breaker.record(CallRoute::kLocal, kSlow, kStart + 7s);
  breaker.record(CallRoute::kLocal, kSlow, kStart + 8s);
  EXPECT_EQ(breaker.route(kStart + 8s, kNormal), CallRoute::kLocal);
}

TEST(LatencyBreaker, ClosedAgainItWaitsFiveSecondsTheNextTime) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
  breaker.record(CallRoute::kProbe, kSlow, kStart + 5s);
  ASSERT_EQ(breaker.route(kStart + 15s, kNormal), CallRoute::kProbe);
  breaker.record(CallRoute::kProbe, kFast, kStart + 15s);
  for (int call = 0; call < 3; ++call) breaker.record(CallRoute::kLocal, kSlow, kStart + 20s);
  EXPECT_EQ(breaker.route(kStart + 25s, kNormal), CallRoute::kProbe);
}

LatencyBreaker opened_under(PressureLevel shortage) {
  LatencyBreaker breaker(150ms);
  EXPECT_EQ(breaker.route(kStart, shortage), CallRoute::kLocal);
  for (int call = 0; call < 3; ++call) breaker.record(CallRoute::kLocal, kSlow, kStart);
  return breaker;
}

TEST(LatencyBreaker, OneSlowCallOpensNothingHoweverShortMemoryIs) {
  for (const PressureLevel level : {kNormal, kWarn, kCritical}) {
    LatencyBreaker breaker(150ms);
    ASSERT_EQ(breaker.route(kStart, level), CallRoute::kLocal);
    EXPECT_FALSE(breaker.record(CallRoute::kLocal, kSlow, kStart));
    EXPECT_FALSE(breaker.open());
  }
}

TEST(LatencyBreaker, PressureThatLastsPutsNoProbeOff) {
  LatencyBreaker breaker = opened_under(kCritical);
  EXPECT_EQ(breaker.route(kStart + 5s - 1ms, kCritical), CallRoute::kElsewhere);
  EXPECT_EQ(breaker.route(kStart + 5s, kCritical), CallRoute::kProbe);
}

TEST(LatencyBreaker, MemoryThatIsLessShortThanWhenTheModelWasSlowIsWorthAProbeAtOnce) {
  LatencyBreaker breaker = opened_under(kCritical);
  EXPECT_EQ(breaker.route(kStart + 1ms, kCritical), CallRoute::kElsewhere);
  EXPECT_EQ(breaker.route(kStart + 2ms, kWarn), CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 3ms, kWarn), CallRoute::kElsewhere);
  breaker.record(CallRoute::kProbe, kFast, kStart + 4ms);
  EXPECT_FALSE(breaker.open());
}

TEST(LatencyBreaker, TheProbeThatReadsAThrownOutModelBackDoesNotCount) {
  LatencyBreaker breaker = opened_under(kCritical);
  ASSERT_EQ(breaker.route(kStart + 1s, kNormal), CallRoute::kProbe);
  EXPECT_FALSE(breaker.record(CallRoute::kProbe, kSlow, kStart + 2s));
  ASSERT_EQ(breaker.route(kStart + 2s, kNormal), CallRoute::kProbe);
  EXPECT_TRUE(breaker.record(CallRoute::kProbe, kFast, kStart + 2s));
}

TEST(LatencyBreaker, TheProbeAfterThatCountsAndPutsTheNextOff) {
  LatencyBreaker breaker = opened_under(kCritical);
  for (int call = 0; call < 2; ++call) {
    ASSERT_EQ(breaker.route(kStart + 1s, kNormal), CallRoute::kProbe) << call;
    breaker.record(CallRoute::kProbe, kSlow, kStart + 1s);
  }
  EXPECT_EQ(breaker.route(kStart + 11s - 1ms, kNormal), CallRoute::kElsewhere);
  EXPECT_EQ(breaker.route(kStart + 11s, kNormal), CallRoute::kProbe);
}

TEST(LatencyBreaker, MemoryThatComesAndGoesIsWorthOneProbe) {
  LatencyBreaker breaker = opened_under(kCritical);
  int probes = 0;
  for (int look = 0; look < 100; ++look) {
    const auto route = breaker.route(kStart + 1s, look % 2 == 0 ? kWarn : kCritical);
    if (route != CallRoute::kProbe) continue;
    ++probes;
    breaker.record(route, kSlow, kStart + 1s);
  }
  EXPECT_EQ(probes, 2);  // one that reads it back, one that counts
}

TEST(LatencyBreaker, CallsSentBeforeItOpenedNeitherCloseItNorPutTheProbeOff) {
  LatencyBreaker breaker = opened_at(kStart);
  EXPECT_FALSE(breaker.record(CallRoute::kLocal, kFast, kStart + 1s));
  EXPECT_FALSE(breaker.record(CallRoute::kLocal, kSlow, kStart + 2s));
  EXPECT_TRUE(breaker.open());
  EXPECT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
}

TEST(LatencyBreaker, AProbeThatNeverEndsIsFollowedByAnother) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 10s - 1ms, kNormal), CallRoute::kElsewhere);
  EXPECT_EQ(breaker.route(kStart + 10s, kNormal), CallRoute::kProbe);
}

TEST(LatencyBreaker, AProbeCalledOffMayBeSentAnewAtOnce) {
  LatencyBreaker breaker = opened_at(kStart);
  ASSERT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
  breaker.forget(CallRoute::kProbe);
  EXPECT_EQ(breaker.route(kStart + 5s, kNormal), CallRoute::kProbe);
}

TEST(LatencyBreaker, WhereTheClockStandsStillNothingBecomesDue) {
  LatencyBreaker breaker = opened_at(kStart);
  for (int call = 0; call < 1000; ++call) {
    ASSERT_EQ(breaker.route(kStart, kNormal), CallRoute::kElsewhere);
  }
}

}  // namespace
}  // namespace papr
