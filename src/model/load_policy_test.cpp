// SPDX-License-Identifier: Apache-2.0
#include "load_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum LoadStep;
using enum StepOutcome;

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 50)};
constexpr PressureState kEveryState[] = {PressureState::kCalm, PressureState::kHistoryOnly,
                                         PressureState::kUnreadable, PressureState::kActive};

GuardOptions with(CacheClearPolicy policy, bool cloud, bool cpu = false) {
  return {.clear = policy, .cloud_allowed = cloud, .allow_cpu = cpu};
}
const GuardOptions kAuto = with(CacheClearPolicy::kAuto, true);

struct Given {
  GuardOptions options = kAuto;
  PressureState pressure = PressureState::kCalm;
  LoadMemory memory = {};
  bool rebuilds = true;
};

NextStep after(const Given& given, const std::vector<Attempt>& attempts) {
  return next_step({.attempts = attempts,
                    .pressure = given.pressure,
                    .options = given.options,
                    .memory = &given.memory,
                    .rebuilds = given.rebuilds,
                    .now = kNow,
                    .jitter = 0.5});
}

LoadStep first(const Given& given) { return after(given, {}).step; }

// One test for each row and column of the table in docs/load_policy.md that is not plain.

TEST(LoadPolicy, WithoutActivePressureTheModelIsLoadedAndNothingCleared) {
  for (const auto policy : {CacheClearPolicy::kAuto, CacheClearPolicy::kSeed,
                            CacheClearPolicy::kOnEvidence, CacheClearPolicy::kNever}) {
    for (const auto state :
         {PressureState::kCalm, PressureState::kHistoryOnly, PressureState::kUnreadable}) {
      EXPECT_EQ(first({.options = with(policy, true), .pressure = state}), kLoad);
    }
  }
}

TEST(LoadPolicy, UnderPressureAutoClearsOursUnlessTheModelWasVerifiedGood) {
  Given given{.pressure = PressureState::kActive};
  EXPECT_EQ(first(given), kClearOurs);
  EXPECT_EQ(after(given, {}).cause, ClearCause::kPrecaution);
  EXPECT_EQ(after(given, {{kClearOurs, kDone}}).step, kLoad);
  given.memory.verified_good = true;
  EXPECT_EQ(first(given), kLoad);
}

TEST(LoadPolicy, UnderPressureSeedClearsLegacyTooEvenWhenVerifiedGood) {
  EXPECT_EQ(first({.options = with(CacheClearPolicy::kSeed, true),
                   .pressure = PressureState::kActive,
                   .memory = {.verified_good = true}}),
            kClearOursAndLegacy);
}

TEST(LoadPolicy, UnderPressureOnEvidenceAndNeverLoad) {
  for (const auto policy : {CacheClearPolicy::kOnEvidence, CacheClearPolicy::kNever}) {
    EXPECT_EQ(first({.options = with(policy, true), .pressure = PressureState::kActive}), kLoad);
  }
}

TEST(LoadPolicy, ABadCacheEntryMeansANewGenerationOnceAndANoteForTheNextStart) {
  for (const auto state : kEveryState) {
    const Given given{.pressure = state};
    const NextStep next = after(given, {{kLoad, kBadCacheEntry}});
    EXPECT_EQ(next.step, kLoadFresh);
    EXPECT_TRUE(next.note_for_next_start);
    EXPECT_EQ(after(given, {{kLoad, kBadCacheEntry}, {kLoadFresh, kBadCacheEntry}}).step,
              kGoRemote);
  }
}

TEST(LoadPolicy, AfterACrashTheFirstLoadIsANewGeneration) {
  for (const auto state : kEveryState) {
    EXPECT_EQ(first({.options = with(CacheClearPolicy::kNever, true),
                     .pressure = state,
                     .memory = {.crashes = 1}}),
              kLoadFresh);
  }
}

TEST(LoadPolicy, AfterTwoCrashesTheAcceleratorIsLeftAlone) {
  EXPECT_EQ(first({.memory = {.crashes = 2}}), kGoRemote);
  EXPECT_EQ(first({.options = with(CacheClearPolicy::kAuto, false), .memory = {.crashes = 2}}),
            kLoadOnCpu);
}

TEST(LoadPolicy, AShortageIsWaitedForTwiceLongerTheSecondTime) {
  const Given given;
  std::vector<Attempt> attempts{{kLoad, kTransient}};
  const NextStep once = after(given, attempts);
  EXPECT_EQ(once.step, kBackOff);
  attempts.insert(attempts.end(), {{kBackOff, kDone}, {kLoad, kTransient}});
  const NextStep twice = after(given, attempts);
  EXPECT_EQ(twice.step, kBackOff);
  EXPECT_GT(twice.wait, once.wait);
  attempts.insert(attempts.end(), {{kBackOff, kDone}, {kLoad, kTransient}});
  EXPECT_EQ(after(given, attempts).step, kGoRemote);
}

TEST(LoadPolicy, JitterSpreadsTheWaitFromHalfToOneAndAHalf) {
  const std::vector<Attempt> attempts{{kLoad, kTransient}};
  LoadFacts facts{.attempts = attempts, .options = kAuto, .jitter = 0};
  EXPECT_EQ(next_step(facts).wait, 250ms);
  facts.jitter = 0.999;
  EXPECT_EQ(next_step(facts).wait, 750ms);
}

TEST(LoadPolicy, AShortageUnderPressureIsTheCloudsAtOnceAndTriedAgainWhenCalm) {
  const NextStep next = after({.pressure = PressureState::kActive}, {{kLoad, kTransient}});
  EXPECT_EQ(next.step, kGoRemote);
  EXPECT_TRUE(next.again_when_calm);
}

TEST(LoadPolicy, AShortageUnderPressureIsWaitedForWhereNoCloudMayBeAsked) {
  const Given given{.options = with(CacheClearPolicy::kAuto, false),
                    .pressure = PressureState::kActive};
  EXPECT_EQ(after(given, {{kLoad, kTransient}}).step, kBackOff);
}

TEST(LoadPolicy, ABadVerificationMeansANewGenerationOnceInADay) {
  for (const StepOutcome bad : {kSlow, kWrongOutput}) {
    Given given;
    const NextStep next = after(given, {{kLoad, kDone}, {kVerify, bad}});
    EXPECT_EQ(next.step, kLoadFresh);
    EXPECT_TRUE(next.note_for_next_start);
    given.memory.rebuild = RareAct{.at = kNow - 24h + 1ms};
    EXPECT_EQ(after(given, {{kLoad, kDone}, {kVerify, bad}}).step, kGoRemote);
    given.memory.rebuild = RareAct{.at = kNow - 24h};
    EXPECT_EQ(after(given, {{kLoad, kDone}, {kVerify, bad}}).step, kLoadFresh);
  }
}

TEST(LoadPolicy, WhereNothingIsRememberedASlowModelIsNotBuiltAnewAtEveryStart) {
  for (const auto& [bad, wanted] : {std::pair(kSlow, kGoRemote), {kWrongOutput, kLoadFresh}}) {
    const std::vector<Attempt> attempts{{kLoad, kDone}, {kVerify, bad}};
    const LoadFacts facts{
        .attempts = attempts, .options = kAuto, .memory = nullptr, .rebuilds = true, .now = kNow};
    EXPECT_EQ(next_step(facts).step, wanted);
  }
}

TEST(LoadPolicy, ABadVerificationMeansANewGenerationOnceInAnEpisodeHoweverLong) {
  Given given{.pressure = PressureState::kActive,
              .memory = {.episode = 7, .rebuild = RareAct{.at = kNow - 72h, .episode = 7}}};
  EXPECT_EQ(after(given, {{kLoad, kDone}, {kVerify, kSlow}}).step, kGoRemote);
  given.memory.episode = 8;
  EXPECT_EQ(after(given, {{kLoad, kDone}, {kVerify, kSlow}}).step, kLoadFresh);
}

TEST(LoadPolicy, StillBadGoesToTheCloud) {
  for (const auto state : kEveryState) {
    const NextStep next =
        after({.pressure = state},
              {{kLoad, kDone}, {kVerify, kSlow}, {kLoadFresh, kDone}, {kVerify, kSlow}});
    EXPECT_EQ(next.step, kGoRemote);
    EXPECT_EQ(next.again_when_calm, state == PressureState::kActive);
  }
}

TEST(LoadPolicy, StillSlowIsUsedWhereNoCloudMayBeAskedOrTheCpuIsAllowed) {
  const std::vector<Attempt> slow{
      {kLoad, kDone}, {kVerify, kSlow}, {kLoadFresh, kDone}, {kVerify, kSlow}};
  for (const auto& options :
       {with(CacheClearPolicy::kAuto, false), with(CacheClearPolicy::kAuto, true, true)}) {
    EXPECT_EQ(after({.options = options}, slow).step, kUseDegraded);
  }
}

TEST(LoadPolicy, StillWrongIsLoadedOnTheCpuWhereThatIsAllowed) {
  const Given given{.options = with(CacheClearPolicy::kAuto, false)};
  std::vector<Attempt> attempts{
      {kLoad, kDone}, {kVerify, kWrongOutput}, {kLoadFresh, kDone}, {kVerify, kWrongOutput}};
  EXPECT_EQ(after(given, attempts).step, kLoadOnCpu);
  attempts.insert(attempts.end(), {{kLoadOnCpu, kDone}, {kVerify, kSlow}});
  EXPECT_EQ(after(given, attempts).step, kUseDegraded);
  attempts.back().outcome = kWrongOutput;
  EXPECT_EQ(after(given, attempts).step, kGiveUp);
}

TEST(LoadPolicy, UnderPressureTheCloudGoesBeforeAnAllowedCpu) {
  const Given given{.options = with(CacheClearPolicy::kAuto, true, true),
                    .pressure = PressureState::kActive};
  EXPECT_EQ(after(given, {{kLoad, kUnfit}}).step, kGoRemote);
}

TEST(LoadPolicy, AModelUnfitForTheAcceleratorIsNotTriedThereAgain) {
  const NextStep next = after({.pressure = PressureState::kActive}, {{kLoad, kUnfit}});
  EXPECT_EQ(next.step, kGoRemote);
  EXPECT_FALSE(next.again_when_calm);
  EXPECT_FALSE(next.note_for_next_start);
}

TEST(LoadPolicy, APredictionThatFailedIsTriedOnceMore) {
  EXPECT_EQ(after({}, {{kLoad, kDone}, {kVerify, kPredictionFailed}}).step, kVerify);
  EXPECT_EQ(
      after({}, {{kLoad, kDone}, {kVerify, kPredictionFailed}, {kVerify, kPredictionFailed}}).step,
      kGoRemote);
}

TEST(LoadPolicy, ForABadPackageNothingIsClearedOrTriedAgain) {
  for (const bool cloud : {true, false}) {
    const NextStep next =
        after({.options = with(CacheClearPolicy::kSeed, cloud)}, {{kLoad, kBadPackage}});
    EXPECT_EQ(next.step, cloud ? kGoRemote : kGiveUp);
    EXPECT_FALSE(next.note_for_next_start);
  }
}

TEST(LoadPolicy, ANoteOfAnEarlierProcessClearsOursBeforeTheFirstLoadUnlessNever) {
  for (const auto state : kEveryState) {
    Given given{.pressure = state, .memory = {.noted = true}};
    EXPECT_EQ(first(given), kClearOurs);
    EXPECT_EQ(after(given, {}).cause, ClearCause::kEvidence);
    given.options.clear = CacheClearPolicy::kOnEvidence;
    EXPECT_EQ(first(given), kClearOurs);
    given.options.clear = CacheClearPolicy::kNever;
    EXPECT_EQ(first(given), kLoad);
  }
}

TEST(LoadPolicy, NothingIsClearedWhileAnotherProcessOfOursHasAModel) {
  EXPECT_EQ(first({.pressure = PressureState::kActive, .memory = {.in_use_elsewhere = true}}),
            kLoad);
}

TEST(LoadPolicy, NothingIsClearedWhereNothingIsRemembered) {
  EXPECT_EQ(next_step({.attempts = {},
                       .pressure = PressureState::kActive,
                       .options = with(CacheClearPolicy::kSeed, true)})
                .step,
            kLoad);
}

// How often something is cleared.

TEST(ClearDue, OneOfEachCauseInADayAndTheCoolDownBetweenThem) {
  const LoadMemory cleared{.precaution_clear = RareAct{.at = kNow}};
  EXPECT_FALSE(clear_due(ClearCause::kPrecaution, cleared, kAuto, kNow + 24h - 1ms));
  EXPECT_TRUE(clear_due(ClearCause::kPrecaution, cleared, kAuto, kNow + 24h));
  EXPECT_FALSE(clear_due(ClearCause::kEvidence, cleared, kAuto, kNow + 30min - 1ms));
  EXPECT_TRUE(clear_due(ClearCause::kEvidence, cleared, kAuto, kNow + 30min));
}

TEST(ClearDue, OneInAnEpisodeHoweverLong) {
  const LoadMemory cleared{.episode = 3, .precaution_clear = RareAct{.at = kNow, .episode = 3}};
  EXPECT_FALSE(clear_due(ClearCause::kPrecaution, cleared, kAuto, kNow + 72h));
}

TEST(ClearDue, ForSeedTheCoolDownAlone) {
  const LoadMemory cleared{.episode = 3, .precaution_clear = RareAct{.at = kNow, .episode = 3}};
  const GuardOptions seed = with(CacheClearPolicy::kSeed, true);
  EXPECT_FALSE(clear_due(ClearCause::kPrecaution, cleared, seed, kNow + 30min - 1ms));
  EXPECT_TRUE(clear_due(ClearCause::kPrecaution, cleared, seed, kNow + 30min));
}

TEST(ClearDue, AClockSetBackDoesNotMakeItDue) {
  const LoadMemory cleared{.precaution_clear = RareAct{.at = kNow}};
  EXPECT_FALSE(clear_due(ClearCause::kPrecaution, cleared, kAuto, kNow - 1h));
}

}  // namespace
}  // namespace papr
