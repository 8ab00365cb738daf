// SPDX-License-Identifier: Apache-2.0
#include "pressure_episode.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureState;

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 50)};

struct Look {
  std::chrono::milliseconds at;
  PressureState state;
};

/// The number of the episode at each look, 0 where none is under way.
std::vector<std::uint64_t> numbers(const std::vector<Look>& looks) {
  PressureEpisode episode;
  std::vector<std::uint64_t> found;
  for (const Look& look : looks) {
    episode = after_reading(std::move(episode), look.state, kNow + look.at);
    found.push_back(number_at(episode, kNow + look.at));
  }
  return found;
}

using Numbers = std::vector<std::uint64_t>;

TEST(PressureEpisode, ThereIsNoneBeforeTheFirstActiveReading) {
  EXPECT_EQ(numbers({{0s, kCalm}, {1s, kHistoryOnly}, {2s, kUnreadable}, {3s, kActive}}),
            (Numbers{0, 0, 0, 1}));
}

TEST(PressureEpisode, EndsAfterTenMinutesOfCalmToTheMillisecond) {
  EXPECT_EQ(numbers({{0s, kActive}, {1min, kCalm}, {11min - 1ms, kCalm}, {11min, kCalm}}),
            (Numbers{1, 1, 1, 0}));
}

TEST(PressureEpisode, PressureThatComesBackWithinTheCalmIsTheSame) {
  EXPECT_EQ(
      numbers({{0s, kActive}, {1min, kCalm}, {10min, kActive}, {12min, kCalm}, {21min, kActive}}),
      (Numbers{1, 1, 1, 1, 1}));
}

TEST(PressureEpisode, PressureAfterTheCalmIsTheNext) {
  EXPECT_EQ(numbers({{0s, kActive}, {1min, kHistoryOnly}, {11min, kActive}}), (Numbers{1, 1, 2}));
}

TEST(PressureEpisode, LastsHoweverLongWhileItIsSeenEachDay) {
  EXPECT_EQ(numbers({{0h, kActive}, {23h, kActive}, {46h, kActive}, {69h, kActive}}),
            (Numbers{1, 1, 1, 1}));
}

TEST(PressureEpisode, WhatNobodyHasSeenForADayIsOver) {
  EXPECT_EQ(numbers({{0h, kActive}, {24h, kActive}}), (Numbers{1, 2}));
}

TEST(PressureEpisode, ReadingsThatCouldNotBeHadAreNoCalm) {
  EXPECT_EQ(numbers({{0s, kActive}, {1min, kUnreadable}, {12min, kUnreadable}, {13min, kActive}}),
            (Numbers{1, 1, 1, 1}));
}

TEST(PressureEpisode, ANightAsleepIsNoCalmButOneThatBeganCalmIs) {
  EXPECT_EQ(numbers({{0h, kActive}, {8h, kActive}}), (Numbers{1, 1}));
  EXPECT_EQ(numbers({{0h, kActive}, {1min, kCalm}, {8h, kActive}}), (Numbers{1, 1, 2}));
}

TEST(PressureEpisode, AClockThatIsSetBackBeginsTheCalmAnewAndNoEpisode) {
  EXPECT_EQ(numbers({{0h, kActive}, {-5h, kActive}, {-5h + 1min, kCalm}, {-5h + 11min, kCalm}}),
            (Numbers{1, 1, 1, 0}));
  EXPECT_EQ(numbers({{0h, kActive}, {1min, kCalm}, {-5h, kCalm}, {-5h + 9min, kActive}}),
            (Numbers{1, 1, 1, 1}));
}

TEST(PressureEpisode, AClockThatIsSetAheadEndsItAtMostOnce) {
  EXPECT_EQ(numbers({{0h, kActive}, {48h, kActive}, {48h + 1s, kActive}, {1h, kActive}}),
            (Numbers{1, 2, 2, 2}));
}

TEST(PressureEpisode, ABootEndsItAndTheNextHasTheNextNumber) {
  PressureEpisode episode = after_reading(in_boot({}, "first"), kActive, kNow);
  EXPECT_EQ(in_boot(episode, "first"), episode);
  episode = in_boot(std::move(episode), "second");
  EXPECT_EQ(number_at(episode, kNow), 0U);
  episode = after_reading(std::move(episode), kActive, kNow + 1s);
  EXPECT_EQ(number_at(episode, kNow + 1s), 2U);
}

}  // namespace
}  // namespace papr
