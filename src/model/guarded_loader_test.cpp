// SPDX-License-Identifier: Apache-2.0
#include "guarded_loader.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "guarded_loader_fixture_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::vector<bool> fresh_of(const FakeModelBackend& backend) {
  std::vector<bool> fresh;
  for (const LoadOptions& load : backend.loads_seen()) fresh.push_back(load.fresh);
  return fresh;
}

// Bytes on disk are each file system's own.
std::string without_sizes(const std::vector<std::string>& actions) {
  std::string text = fmt::format("{}", fmt::join(actions, "; "));
  std::erase_if(text,
                [](char letter) { return letter == '.' || (letter >= '0' && letter <= '9'); });
  return text;
}

TEST_F(GuardedLoaderTest, InCalmTheModelIsLoadedVerifiedAndUsed) {
  FakeModelBackend backend(clock_);
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  const LoadOutcome outcome = load(backend);
  ASSERT_NE(outcome.model, nullptr);
  EXPECT_FALSE(outcome.degraded);
  EXPECT_EQ(outcome.reason, "");
  EXPECT_TRUE(outcome.actions.empty());
  EXPECT_TRUE(outcome.failures.empty());
  ASSERT_TRUE(outcome.verification);
  EXPECT_EQ(outcome.verification->warm_ms, 10);
  EXPECT_EQ(outcome.verification->budget_ms, 150);
  EXPECT_TRUE(fs::exists(entry));
  EXPECT_EQ(sink_.names(),
            (std::vector<std::string>{"load_started", "load_finished", "placement_verified"}));
  EXPECT_EQ(told("load_finished", "backend"), std::vector<std::string>{"fake"});
  EXPECT_EQ(told("load_finished", "seconds"), std::vector<std::string>{"0.100000"});
  EXPECT_EQ(told("placement_verified", "placement"), std::vector<std::string>{"neural_engine"});
  EXPECT_EQ(told("placement_verified", "on_accelerator"), std::vector<std::string>{"on"});
}

TEST_F(GuardedLoaderTest, AModelIsLoadedForTheUnitsThatWereChosenAndKnownByThem) {
  options_.compute_units = ComputeUnits::kCpuAndNeuralEngine;
  FakeModelBackend backend(clock_, {{.error = bad_entry()}, {}});
  EXPECT_NE(load(backend).model, nullptr);
  ASSERT_EQ(backend.loads_seen().size(), 2u);
  for (const LoadOptions& how : backend.loads_seen()) {
    EXPECT_EQ(how.units, ComputeUnits::kCpuAndNeuralEngine);
  }
  const auto state = state_.read();
  ASSERT_TRUE(state);
  EXPECT_TRUE((*state)["guard"]["models"].contains(package_.string() + "@CPU_AND_NE"));
}

TEST_F(GuardedLoaderTest, WithoutAStateNothingIsWrittenOrClearedWhateverHappens) {
  state_in_use_ = nullptr;
  options_.clear = CacheClearPolicy::kSeed;
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  FakeModelBackend backend(clock_, {{.error = bad_entry()}});
  EXPECT_EQ(load(backend, {short_of_memory()}).model, nullptr);
  EXPECT_TRUE(fs::exists(entry));
  EXPECT_FALSE(fs::exists(state_.path().parent_path()));
}

TEST_F(GuardedLoaderTest, UnderPressureOursIsClearedBeforeTheLoadAndTold) {
  FakeModelBackend backend(clock_);
  const auto ours = FakeCaches::add(caches_.own(), "aa");
  const auto legacy = FakeCaches::add(caches_.legacy(), "bb");
  const auto other = FakeCaches::add(caches_.bundles("com.example.other"), "cc");
  const LoadOutcome outcome = load(backend, {short_of_memory()});
  EXPECT_NE(outcome.model, nullptr);
  EXPECT_FALSE(fs::exists(ours));
  EXPECT_TRUE(fs::exists(legacy));
  EXPECT_TRUE(fs::exists(other));
  EXPECT_EQ(without_sizes(outcome.actions), "cleared  kB of our cache as a precaution");
  EXPECT_EQ(sink_.names(),
            (std::vector<std::string>{"pressure_changed", "pressure_seen", "cache_clear_started",
                                      "cache_cleared", "load_started", "load_finished",
                                      "placement_verified"}));
}

TEST_F(GuardedLoaderTest, PolicySeedClearsLegacyToo) {
  options_.clear = CacheClearPolicy::kSeed;
  FakeModelBackend backend(clock_);
  const auto legacy = FakeCaches::add(caches_.legacy(), "bb");
  EXPECT_NE(load(backend, {short_of_memory()}).model, nullptr);
  EXPECT_FALSE(fs::exists(legacy));
}

TEST_F(GuardedLoaderTest, UnderPressureAModelThatWasVerifiedWithTheseEntriesIsLeftItsCache) {
  FakeModelBackend backend(clock_);
  const auto ours = FakeCaches::add(caches_.own(), "aa");
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_NE(load(backend, {short_of_memory()}).model, nullptr);
  EXPECT_TRUE(fs::exists(ours));
}

TEST_F(GuardedLoaderTest, UnderPressureAModelWhoseEntriesAreGoneIsNoLongerVerified) {
  FakeModelBackend backend(clock_);
  const auto kept = FakeCaches::add(caches_.own(), "aa");
  const auto evicted = FakeCaches::add(caches_.own(), "bb");
  EXPECT_NE(load(backend).model, nullptr);
  fs::remove_all(evicted);
  EXPECT_NE(load(backend, {short_of_memory()}).model, nullptr);
  EXPECT_FALSE(fs::exists(kept));
}

TEST_F(GuardedLoaderTest, ASecondPrecautionIsNotTakenWithinADay) {
  // Neither verified good, nor evidence against the cache.
  FakeModelBackend backend(clock_, {{.error = core_ml_error("ANECCompile() FAILED")}});
  const auto first = FakeCaches::add(caches_.own(), "aa");
  (void)load(backend, {short_of_memory()});
  ASSERT_FALSE(fs::exists(first));
  const auto entry = FakeCaches::add(caches_.own(), "bb");
  clock_->advance(23h);
  (void)load(backend, {short_of_memory()});
  EXPECT_TRUE(fs::exists(entry));
}

TEST_F(GuardedLoaderTest, AProcessThatHasHadAModelClearsNothing) {
  FakeModelBackend backend(clock_);
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  ProcessHistory process{.had_model = true};
  EXPECT_NE(load_in(process, backend, {short_of_memory()}).model, nullptr);
  EXPECT_TRUE(fs::exists(entry));
}

TEST_F(GuardedLoaderTest, ALoadThatWasTriedCountsAsAModelThatWasLoaded) {
  FakeModelBackend backend(clock_, {{.error = no_memory()}});
  ProcessHistory process;
  (void)load_in(process, backend);
  EXPECT_TRUE(process.had_model);
}

TEST_F(GuardedLoaderTest, ABadCacheEntryIsLoadedFreshAndSaid) {
  FakeModelBackend backend(clock_, {{.error = bad_entry()}, {}});
  const LoadOutcome outcome = load(backend);
  EXPECT_NE(outcome.model, nullptr);
  EXPECT_FALSE(outcome.degraded);
  EXPECT_EQ(fresh_of(backend), (std::vector{false, true}));
  EXPECT_EQ(outcome.actions,
            std::vector<std::string>{"loaded anew, without what was compiled earlier"});
  EXPECT_EQ(outcome.failures.size(), 1U);
}

TEST_F(GuardedLoaderTest, EvidenceThatAFreshLoadDidNotMendClearsOursAtTheNextStartOnce) {
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  FakeModelBackend broken(clock_, {{.error = bad_entry()}});
  const LoadOutcome outcome = load(broken);
  EXPECT_EQ(outcome.model, nullptr);
  EXPECT_EQ(outcome.failures.size(), 2U);
  EXPECT_NE(outcome.reason.find("blob_metadata"), std::string::npos);
  EXPECT_TRUE(fs::exists(entry));
  EXPECT_EQ(count_of("model_refused"), 1);

  FakeModelBackend well(clock_);
  EXPECT_EQ(without_sizes(load(well).actions), "cleared  kB of our cache on evidence");
  EXPECT_FALSE(fs::exists(entry));
  EXPECT_TRUE(load(well).actions.empty());
}

TEST_F(GuardedLoaderTest, AShortageInCalmIsWaitedForTwice) {
  FakeModelBackend backend(clock_, {{.error = no_memory()}, {.error = no_memory()}, {}});
  const LoadOutcome outcome = load(backend);
  EXPECT_NE(outcome.model, nullptr);
  ASSERT_EQ(waits_.size(), 2U);
  EXPECT_GE(waits_[0], 250ms);
  EXPECT_LT(waits_[0], 750ms);
  EXPECT_GE(waits_[1], 1000ms);
  EXPECT_EQ(fresh_of(backend), (std::vector{false, false, false}));
}

TEST_F(GuardedLoaderTest, AShortageUnderPressureIsTheCloudsAtOnce) {
  FakeModelBackend backend(clock_, {{.error = no_memory()}});
  const LoadOutcome outcome = load(backend, {short_of_memory()});
  EXPECT_EQ(outcome.model, nullptr);
  EXPECT_TRUE(outcome.retry_when_calm);
  EXPECT_TRUE(waits_.empty());
  EXPECT_EQ(backend.loads_seen().size(), 1U);
  EXPECT_EQ(told("model_refused", "reason"), std::vector<std::string>{outcome.reason});
}

TEST_F(GuardedLoaderTest, PressureThatComesDuringALoadCounts) {
  FakeModelBackend backend(clock_, {{.error = no_memory()}});
  const LoadOutcome outcome = load(backend, {calm(), short_of_memory()});
  EXPECT_TRUE(outcome.retry_when_calm);
  EXPECT_EQ(count_of("pressure_seen"), 1);
}

TEST_F(GuardedLoaderTest, PressureIsToldOfOnceALoadNotAtEachStep) {
  FakeModelBackend backend(clock_, {{.error = bad_entry()}});
  (void)load(backend, {short_of_memory()});
  EXPECT_EQ(count_of("pressure_seen"), 1);
}

TEST_F(GuardedLoaderTest, ASlowModelIsLoadedFreshAndThenLeftToTheCloud) {
  FakeModelBackend backend(clock_, {{.runs = {{.takes = 50s}}}});
  const LoadOutcome outcome = load(backend);
  EXPECT_EQ(outcome.model, nullptr);
  EXPECT_EQ(fresh_of(backend), (std::vector{false, true}));
  EXPECT_EQ(outcome.reason,
            "slower than its budget: verify model: 50000 ms for a prediction, budget 150 ms");
}

TEST_F(GuardedLoaderTest, ASlowModelIsUsedWhereNoCloudMayBeAskedAndSaysSo) {
  options_.cloud_allowed = false;
  FakeModelBackend backend(clock_, {{.placement = Placement::kCpu, .runs = {{.takes = 1s}}}});
  backend.rebuilds_answer = false;
  const LoadOutcome outcome = load(backend);
  ASSERT_NE(outcome.model, nullptr);
  EXPECT_TRUE(outcome.degraded);
  EXPECT_NE(outcome.reason, "");
  EXPECT_EQ(backend.loads_seen().size(), 1U);
  EXPECT_EQ(told("placement_verified", "ok"), std::vector<std::string>{"false"});
  EXPECT_EQ(count_of("model_degraded"), 1);
}

TEST_F(GuardedLoaderTest, AModelWithinItsBudgetIsUsedWhereverItRuns) {
  FakeModelBackend backend(clock_, {{.placement = Placement::kCpu}});
  const LoadOutcome outcome = load(backend);
  EXPECT_FALSE(outcome.degraded);
  EXPECT_EQ(told("placement_verified", "on_accelerator"), std::vector<std::string>{"not_on"});
}

TEST_F(GuardedLoaderTest, AModelThatGivesNanIsLoadedOnTheCpuWhereNoCloudMayBeAsked) {
  options_.cloud_allowed = false;
  const FakeLoad wrong{.runs = {{.output = FakeRun::Output::kNan}}};
  FakeModelBackend backend(clock_, {wrong, wrong, {}});
  const LoadOutcome outcome = load(backend);
  ASSERT_NE(outcome.model, nullptr);
  EXPECT_TRUE(outcome.degraded);
  ASSERT_EQ(backend.loads_seen().size(), 3U);
  EXPECT_EQ(backend.loads_seen()[2].units, ComputeUnits::kCpuOnly);
  EXPECT_EQ(outcome.actions.back(), "loaded on the CPU");
}

TEST_F(GuardedLoaderTest, APackageThatIsNotThereIsAskedForOnce) {
  options_.cloud_allowed = false;
  FakeModelBackend backend(clock_,
                           {{.error = Error{ErrorCode::kNotFound, "no such package", "give it"}}});
  const LoadOutcome outcome = load(backend);
  EXPECT_EQ(outcome.model, nullptr);
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_EQ(outcome.failures[0].remedy, "give it");
  EXPECT_FALSE(outcome.retry_when_calm);
}

TEST_F(GuardedLoaderTest, CalledOffItEndsWithoutAModelAndWithoutAMark) {
  CancelSource cancel;
  while_waiting_ = [&] { cancel.cancel(); };
  FakeModelBackend backend(clock_, {{.error = no_memory()}, {}});
  const LoadOutcome outcome = load(backend, {calm()}, cancel.token());
  EXPECT_EQ(outcome.model, nullptr);
  EXPECT_EQ(outcome.reason, "the load was called off");
  EXPECT_EQ(backend.loads_seen().size(), 1U);
  EXPECT_FALSE(state_.read().value()["guard"]["processes"][0]["at_risk"]);
}

TEST_F(GuardedLoaderTest, ABudgetIsThreeTimesWhatWasVerifiedBeforeWhereThatIsMore) {
  FakeModelBackend good(clock_, {{.runs = {{.takes = 100ms}}}});
  EXPECT_NE(load(good).model, nullptr);
  FakeModelBackend slower(clock_, {{.runs = {{.takes = 299ms}}}});
  const LoadOutcome outcome = load(slower);
  EXPECT_FALSE(outcome.degraded);
  EXPECT_EQ(outcome.verification->budget_ms, 300);
  // What was only tolerated does not raise the budget further.
  EXPECT_EQ(load(slower).verification->budget_ms, 300);
}

TEST_F(GuardedLoaderTest, EntriesThatAppearDuringALoadAreRememberedAsOurs) {
  options_.cache.app_id = "python3";
  const auto place = caches_.bundles("python3");
  FakeCaches::add(place, "before");
  FakeModelBackend backend(clock_);
  std::filesystem::path made;
  backend.before_load = [&] { made = FakeCaches::add(place, "made"); };
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_EQ(state_.read().value()["cache"]["entries"], nlohmann::json({made.string()}));
}

TEST_F(GuardedLoaderTest, AStateThatCannotBeWrittenClearsNothingAndTheLoadGoesOn) {
  std::ofstream(state_.path().parent_path()) << "in the way";
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend, {short_of_memory()}).model, nullptr);
  EXPECT_TRUE(fs::exists(entry));
  EXPECT_GE(count_of("guard_state_unavailable"), 1);
}

}  // namespace
}  // namespace papr
