// SPDX-License-Identifier: Apache-2.0
#include "race.h"

#include <gtest/gtest.h>

#include <tuple>

namespace papr {
namespace {

using namespace std::chrono_literals;
using Kind = Move::Kind;

constexpr SteadyTime kStart{};
constexpr SteadyTime kLate = kStart + 400ms;
constexpr SteadyTime kDeadline = kStart + 1s;

constexpr LocalSide kLocalSides[] = {LocalSide::kBarred,  LocalSide::kLoading,  LocalSide::kReady,
                                     LocalSide::kRunning, LocalSide::kAnswered, LocalSide::kFailed};
constexpr CloudSide kCloudSides[] = {CloudSide::kBarred, CloudSide::kReady, CloudSide::kRunning,
                                     CloudSide::kAnswered, CloudSide::kFailed};

Race race_of(LocalSide local, CloudSide cloud) {
  return {.local = local, .cloud = cloud, .ask_cloud_at = kLate, .deadline = kDeadline};
}

Kind kind_of(LocalSide local, CloudSide cloud, SteadyTime now) {
  return next_move(race_of(local, cloud), now).kind;
}

TEST(Race, LocalIsAskedFirstAndCloudNotUntilLocalIsLate) {
  EXPECT_EQ(kind_of(LocalSide::kReady, CloudSide::kReady, kStart), Kind::kStartLocal);
  const Move wait = next_move(race_of(LocalSide::kRunning, CloudSide::kReady), kStart);
  EXPECT_EQ(wait.kind, Kind::kWait);
  EXPECT_EQ(wait.until, kLate);
  EXPECT_EQ(kind_of(LocalSide::kRunning, CloudSide::kReady, kLate), Kind::kStartCloud);
  EXPECT_EQ(kind_of(LocalSide::kLoading, CloudSide::kReady, kLate), Kind::kStartCloud);
}

TEST(Race, CloudIsAskedAtOnceWhenLocalIsOut) {
  EXPECT_EQ(kind_of(LocalSide::kBarred, CloudSide::kReady, kStart), Kind::kStartCloud);
  EXPECT_EQ(kind_of(LocalSide::kFailed, CloudSide::kReady, kStart), Kind::kStartCloud);
}

TEST(Race, TheFirstGoodAnswerIsTakenEvenPastTheDeadline) {
  EXPECT_EQ(kind_of(LocalSide::kAnswered, CloudSide::kRunning, kDeadline + 1s), Kind::kTakeLocal);
  EXPECT_EQ(kind_of(LocalSide::kRunning, CloudSide::kAnswered, kDeadline + 1s), Kind::kTakeCloud);
  EXPECT_EQ(kind_of(LocalSide::kAnswered, CloudSide::kAnswered, kStart), Kind::kTakeLocal);
}

TEST(Race, TheDeadlineEndsWhatIsStillRunning) {
  EXPECT_EQ(kind_of(LocalSide::kRunning, CloudSide::kRunning, kDeadline), Kind::kTimeOut);
  EXPECT_EQ(kind_of(LocalSide::kLoading, CloudSide::kBarred, kDeadline), Kind::kTimeOut);
  EXPECT_EQ(kind_of(LocalSide::kReady, CloudSide::kReady, kDeadline), Kind::kTimeOut);
}

TEST(Race, WithoutADeadlineItWaitsForAsLongAsOneSideMayAnswer) {
  Race race = race_of(LocalSide::kLoading, CloudSide::kBarred);
  race.deadline.reset();
  const Move wait = next_move(race, kStart + 1h);
  EXPECT_EQ(wait.kind, Kind::kWait);
  EXPECT_FALSE(wait.until);
}

// Whatever the state: an end is an end, a side that is not ready is never started, a wait has
// something to wait for and ends in the future.
TEST(Race, EveryStateAtEveryMomentHasOneSoundMove) {
  for (const LocalSide local : kLocalSides) {
    for (const CloudSide cloud : kCloudSides) {
      for (const SteadyTime now : {kStart, kLate - 1ns, kLate, kDeadline - 1ns, kDeadline}) {
        const Move move = next_move(race_of(local, cloud), now);
        SCOPED_TRACE(testing::Message() << static_cast<int>(local) << ' ' << static_cast<int>(cloud)
                                        << ' ' << now.time_since_epoch().count());
        const bool one_may_answer = (local != LocalSide::kBarred && local != LocalSide::kFailed) ||
                                    (cloud != CloudSide::kBarred && cloud != CloudSide::kFailed);
        EXPECT_EQ(move.kind == Kind::kFail, !one_may_answer);
        if (move.kind == Kind::kStartLocal) {
          EXPECT_EQ(local, LocalSide::kReady);
        }
        if (move.kind == Kind::kStartCloud) {
          EXPECT_EQ(cloud, CloudSide::kReady);
        }
        if (move.kind == Kind::kWait) {
          ASSERT_TRUE(move.until);
          EXPECT_GT(*move.until, now);
        }
      }
    }
  }
}

}  // namespace
}  // namespace papr
