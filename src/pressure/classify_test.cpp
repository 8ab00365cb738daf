// SPDX-License-Identifier: Apache-2.0
#include "classify.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureLevel;
using enum PressureState;

constexpr SteadyTime kStart{1h};
constexpr std::uint64_t kMillion = 1'000'000;

PressureVerdict judge(const MemorySample& sample) { return classify(sample, nullptr, {}, {}); }

struct Expected {
  PressureLevel level;
  PressureState state;
  std::string reason;
};

void expect(const PressureVerdict& verdict, const Expected& expected) {
  EXPECT_EQ(verdict.level, expected.level);
  EXPECT_EQ(verdict.state, expected.state);
  EXPECT_EQ(verdict.reason, expected.reason);
}

// --- free memory -----------------------------------------------------------------------------

struct FreeCase {
  double free_percent;
  Expected expected;
};

class FreeBoundary : public testing::TestWithParam<FreeCase> {};

TEST_P(FreeBoundary, BelongsToTheWorseLevel) {
  expect(judge({.free_percent = GetParam().free_percent}), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Classify, FreeBoundary,
    testing::Values(
        FreeCase{100, {kNormal, kCalm, "Enough free memory (100.0%)"}},
        FreeCase{40.1, {kNormal, kCalm, "Enough free memory (40.1%)"}},
        FreeCase{std::nextafter(40.0, 100.0), {kNormal, kCalm, "Enough free memory (40.0%)"}},
        FreeCase{40, {kWarn, kActive, "Low free memory (40.0%)"}},
        FreeCase{35.2, {kWarn, kActive, "Low free memory (35.2%)"}},
        FreeCase{std::nextafter(20.0, 100.0), {kWarn, kActive, "Low free memory (20.0%)"}},
        FreeCase{20, {kCritical, kActive, "Very low free memory (20.0%)"}},
        FreeCase{12, {kCritical, kActive, "Very low free memory (12.0%)"}},
        FreeCase{0, {kCritical, kActive, "Very low free memory (0.0%)"}}));

TEST(Classify, TheFreeBoundariesAreOptions) {
  const PressureThresholds limits{.warn_free_percent = 60, .critical_free_percent = 50};
  const auto level = [&](double percent) {
    return classify({.free_percent = percent}, nullptr, {}, limits).level;
  };
  EXPECT_EQ(level(60.5), kNormal);
  EXPECT_EQ(level(60), kWarn);
  EXPECT_EQ(level(50), kCritical);
}

// --- the kernel's level ----------------------------------------------------------------------

struct KernelCase {
  std::optional<int> kernel_level;
  Expected expected;
};

class KernelLevel : public testing::TestWithParam<KernelCase> {};

TEST_P(KernelLevel, IsBelieved) {
  expect(judge({.kernel_level = GetParam().kernel_level}), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Classify, KernelLevel,
    testing::Values(KernelCase{std::nullopt, {kNormal, kCalm, "No sign of memory pressure"}},
                    KernelCase{1, {kNormal, kCalm, "No sign of memory pressure"}},
                    KernelCase{2, {kWarn, kActive, "Kernel reports memory pressure"}},
                    KernelCase{4,
                               {kCritical, kActive, "Kernel reports critical memory pressure"}}));

// --- swap counters ---------------------------------------------------------------------------

struct SwapCase {
  std::optional<std::uint64_t> ins;
  std::optional<std::uint64_t> outs;
  SwapBaseline baseline;
  Expected expected;
};

class SwapCount : public testing::TestWithParam<SwapCase> {};

TEST_P(SwapCount, MattersAboveTheThresholdSinceTheBaseline) {
  const auto& [ins, outs, baseline, expected] = GetParam();
  const auto verdict = classify({.swap_ins = ins, .swap_outs = outs}, nullptr, baseline, {});
  expect(verdict, expected);
  EXPECT_EQ(verdict.swapped_much, expected.level == kWarn);
}

constexpr const char* kNoSign = "No sign of memory pressure";

INSTANTIATE_TEST_SUITE_P(
    Classify, SwapCount,
    testing::Values(
        SwapCase{0, 0, {}, {kNormal, kCalm, kNoSign}},
        SwapCase{100 * kMillion, 100 * kMillion, {}, {kNormal, kCalm, kNoSign}},
        SwapCase{100 * kMillion + 1,
                 0,
                 {},
                 {kWarn, kHistoryOnly, "Heavy swap activity (100,000,001 pages in, 0 out)"}},
        SwapCase{0,
                 100 * kMillion + 1,
                 {},
                 {kWarn, kHistoryOnly, "Heavy swap activity (0 pages in, 100,000,001 out)"}},
        SwapCase{
            201 * kMillion,
            223 * kMillion,
            {},
            {kWarn, kHistoryOnly, "Heavy swap activity (201,000,000 pages in, 223,000,000 out)"}},
        // Not known is not zero.
        SwapCase{std::nullopt,
                 223 * kMillion,
                 {},
                 {kWarn, kHistoryOnly, "Heavy swap activity (223,000,000 pages out)"}},
        SwapCase{201 * kMillion,
                 std::nullopt,
                 {},
                 {kWarn, kHistoryOnly, "Heavy swap activity (201,000,000 pages in)"}},
        // After a clear it counts anew.
        SwapCase{201 * kMillion,
                 223 * kMillion,
                 {201 * kMillion, 223 * kMillion},
                 {kNormal, kCalm, kNoSign}},
        SwapCase{301 * kMillion,
                 323 * kMillion,
                 {201 * kMillion, 223 * kMillion},
                 {kNormal, kCalm, kNoSign}},
        SwapCase{301 * kMillion + 1,
                 323 * kMillion,
                 {201 * kMillion, 223 * kMillion},
                 {kWarn, kHistoryOnly,
                  "Heavy swap activity (100,000,001 pages in, 100,000,000 out since the last "
                  "clear)"}},
        // Lower than at the clear: the baseline is of another boot.
        SwapCase{5, 6, {201 * kMillion, 223 * kMillion}, {kNormal, kCalm, kNoSign}},
        SwapCase{5,
                 223 * kMillion,
                 {201 * kMillion, 1},
                 {kWarn, kHistoryOnly, "Heavy swap activity (5 pages in, 223,000,000 out)"}},
        SwapCase{std::numeric_limits<std::uint64_t>::max(),
                 0,
                 {},
                 {kWarn, kHistoryOnly,
                  "Heavy swap activity (18,446,744,073,709,551,615 pages in, 0 out)"}}));

// --- swap rates ------------------------------------------------------------------------------

MemorySample swapped(std::uint64_t ins, std::uint64_t outs, std::chrono::milliseconds after) {
  return {.taken_at = kStart + after, .swap_ins = ins, .swap_outs = outs};
}

struct RateCase {
  std::uint64_t more_ins;
  std::uint64_t more_outs;
  std::chrono::milliseconds later;
  Expected expected;
};

class SwapRate : public testing::TestWithParam<RateCase> {};

TEST_P(SwapRate, AboveTheThresholdIsActive) {
  const auto& [ins, outs, later, expected] = GetParam();
  const MemorySample before = swapped(500, 600, 0ms);
  expect(classify(swapped(500 + ins, 600 + outs, later), &before, {}, {}), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Classify, SwapRate,
    testing::Values(
        RateCase{0, 0, 1s, {kNormal, kCalm, kNoSign}},
        RateCase{1000, 1000, 1s, {kNormal, kCalm, kNoSign}},
        RateCase{1001, 5, 1s, {kWarn, kActive, "Swapping now (1,001 pages/s in, 5 out)"}},
        RateCase{0, 1001, 1s, {kWarn, kActive, "Swapping now (0 pages/s in, 1,001 out)"}},
        RateCase{2000, 0, 2s, {kNormal, kCalm, kNoSign}},
        RateCase{2002, 0, 2s, {kWarn, kActive, "Swapping now (1,001 pages/s in, 0 out)"}},
        RateCase{101, 0, 100ms, {kWarn, kActive, "Swapping now (1,010 pages/s in, 0 out)"}},
        // Too short to say anything, and a clock that stood still.
        RateCase{5000, 5000, 99ms, {kNormal, kCalm, kNoSign}},
        RateCase{60'060, 0, 60s, {kWarn, kActive, "Swapping now (1,001 pages/s in, 0 out)"}},
        RateCase{600'000, 0, 60'001ms, {kNormal, kCalm, kNoSign}},
        RateCase{5000, 5000, 0ms, {kNormal, kCalm, kNoSign}}));

TEST(Classify, CountersThatGoBackGiveNoRate) {
  const MemorySample before = swapped(5000, 6000, 0ms);
  const auto verdict = classify(swapped(4999, 900'000, 1s), &before, {}, {});
  EXPECT_EQ(verdict.level, kNormal);
  EXPECT_EQ(verdict.swap_in_pages_per_s, std::nullopt);
  EXPECT_EQ(verdict.swap_out_pages_per_s, std::nullopt);
}

TEST(Classify, WithoutAnEarlierSampleOrCounterThereIsNoRate) {
  EXPECT_EQ(judge(swapped(5, 5, 0ms)).swap_in_pages_per_s, std::nullopt);
  const MemorySample before{.taken_at = kStart};
  EXPECT_EQ(classify(swapped(5000, 5000, 1s), &before, {}, {}).swap_in_pages_per_s, std::nullopt);
}

TEST(Classify, RatesAreOverTheTimeBetweenTheCountsNotTheSamples) {
  const MemorySample before{.taken_at = kStart, .counted_at = kStart - 90ms, .swap_ins = 0};
  MemorySample sample{.taken_at = kStart + 1s, .counted_at = kStart + 910ms, .swap_ins = 3000};
  EXPECT_EQ(classify(sample, &before, {}, {}).swap_in_pages_per_s, 3000);
  sample.counted_at = before.counted_at;  // counted once: that nothing changed says nothing
  EXPECT_EQ(classify(sample, &before, {}, {}).swap_in_pages_per_s, std::nullopt);
}

TEST(Classify, WhatCouldNotBeToldIsSaidAfterTheReason) {
  MemorySample sample{.free_percent = 66, .caveat = "Stalls are not known (no PSI)"};
  expect(judge(sample),
         {kNormal, kCalm, "Enough free memory (66.0%); Stalls are not known (no PSI)"});
  sample.free_percent = 35.2;
  expect(judge(sample), {kWarn, kActive, "Low free memory (35.2%); Stalls are not known (no PSI)"});
}

TEST(Classify, ARateThatTheSourceKnowsIsTaken) {
  const auto verdict = judge({.swap_out_pages_per_s = 1001});
  expect(verdict, {kWarn, kActive, "Swapping now (1,001 pages/s out)"});
  EXPECT_EQ(verdict.swap_out_pages_per_s, 1001);
  EXPECT_EQ(judge({.swap_in_pages_per_s = 1000}).level, kNormal);
}

// --- stalls ----------------------------------------------------------------------------------

struct StallCase {
  std::optional<double> some;
  std::optional<double> full;
  Expected expected;
};

class StallBoundary : public testing::TestWithParam<StallCase> {};

TEST_P(StallBoundary, BelongsToTheWorseLevel) {
  expect(
      judge({.some_stall_percent_10s = GetParam().some, .full_stall_percent_10s = GetParam().full}),
      GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Classify, StallBoundary,
    testing::Values(
        StallCase{0, 0, {kNormal, kCalm, kNoSign}},
        StallCase{9.99, 9.99, {kNormal, kCalm, kNoSign}},
        StallCase{10, 0, {kWarn, kActive, "Tasks stalled for memory (10.0% of 10 s)"}},
        StallCase{100, 19.99, {kWarn, kActive, "Tasks stalled for memory (100.0% of 10 s)"}},
        StallCase{30,
                  20,
                  {kCritical, kActive,
                   "All tasks stalled for memory (20.0% of 10 s); "
                   "Tasks stalled for memory (30.0% of 10 s)"}},
        StallCase{std::nullopt,
                  20,
                  {kCritical, kActive, "All tasks stalled for memory (20.0% of 10 s)"}}));

// --- all together ----------------------------------------------------------------------------

TEST(Classify, TheWorstCauseDecidesAndAllAreNamedWorstFirst) {
  const auto verdict = judge({.free_percent = 35.2,
                              .swap_ins = 201 * kMillion,
                              .swap_outs = 223 * kMillion,
                              .kernel_level = 4});
  expect(verdict, {kCritical, kActive,
                   "Kernel reports critical memory pressure; Low free memory (35.2%); "
                   "Heavy swap activity (201,000,000 pages in, 223,000,000 out)"});
}

TEST(Classify, HistoryIsActiveOnceAnythingHappensNow) {
  MemorySample sample{.free_percent = 66, .swap_ins = 201 * kMillion, .swap_outs = 0};
  EXPECT_EQ(judge(sample).state, kHistoryOnly);
  sample.free_percent = 40;
  EXPECT_EQ(judge(sample).state, kActive);
}

// The rule in one place, against every mix of its inputs.
TEST(Classify, EveryMixOfCausesHasTheLevelOfItsWorstAndSaysWhy) {
  for (const double free : {50.0, 30.0, 10.0}) {
    for (const int kernel : {1, 2, 4}) {
      for (const double some : {0.0, 15.0}) {
        for (const double full : {0.0, 25.0}) {
          for (const double rate : {0.0, 2000.0}) {
            for (const std::uint64_t swap : {std::uint64_t{0}, 200 * kMillion}) {
              const auto verdict = judge({.free_percent = free,
                                          .swap_ins = swap,
                                          .swap_in_pages_per_s = rate,
                                          .kernel_level = kernel,
                                          .some_stall_percent_10s = some,
                                          .full_stall_percent_10s = full});
              const bool critical = free == 10 || kernel == 4 || full == 25;
              const bool now = critical || free == 30 || kernel == 2 || some == 15 || rate == 2000;
              EXPECT_EQ(verdict.level, critical ? kCritical : now || swap != 0 ? kWarn : kNormal);
              EXPECT_EQ(verdict.state, now ? kActive : swap != 0 ? kHistoryOnly : kCalm);
              EXPECT_NE(verdict.reason, "");
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace papr
