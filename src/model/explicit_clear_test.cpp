// SPDX-License-Identifier: Apache-2.0
#include "explicit_clear.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "../base/fake_event_sink.h"
#include "../coreml_cache/fake_caches.h"
#include "../pressure/fake_memory_source.h"
#include "process_history.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Own and legacy entries, and a machine that has swapped.
class ExplicitClearTest : public testing::Test {
 protected:
  ExplicitClearTest() { this_process().had_model = false; }

  Result<ExplicitClearOutcome> clear(bool force = false, bool dry_run = false) {
    return clear_explicitly({.options = options_, .force = force, .dry_run = dry_run}, parts());
  }
  ExplicitClearParts parts() {
    return {.state = &state_, .pressure = &meter_, .clock = *clock_, .events = &events_};
  }
  nlohmann::json guard() { return state_.read().value()["guard"]; }

  /// As another process of ours would: our parent, which is there as long as we are.
  void load_a_model_elsewhere() {
    ASSERT_TRUE(state_.update([](nlohmann::json& state) -> Result<> {
      LedgerState ledger;
      ledger.processes.push_back({.id = {.pid = ::getppid(), .started = ""}, .model = "m"});
      state[kLedgerKey] = json_of(ledger);
      return {};
    }));
  }

  FakeCaches caches_;
  FakeEventSink events_;
  std::shared_ptr<StillClock> clock_ = std::make_shared<StillClock>(FakeCaches::now());
  StateFile state_{caches_.folder() / "state.json"};
  PressureMeter meter_{
      {.source = std::make_unique<FakeMemorySource>(
           std::deque<Result<MemorySample>>{MemorySample{.swap_ins = 7, .swap_outs = 9}}),
       .clock = clock_,
       .state = &state_}};
  fs::path own_ = FakeCaches::add(caches_.own(), "aa");
  fs::path legacy_ = FakeCaches::add(caches_.legacy(), "bb");
  GuardOptions options_{.cache = caches_.options()};
};

TEST_F(ExplicitClearTest, ClearsTellsOfItAndLetsSwapCountAnew) {
  const auto done = clear();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->claim, ClearClaim::kGranted);
  EXPECT_EQ(done->report.cleared.size(), 2U);
  EXPECT_EQ(events_.names(), (std::vector<std::string>{"cache_clear_started", "cache_cleared"}));
  EXPECT_EQ(state_.read().value()["pressure"]["swap_baselines"]["fake"]["swap_outs"], 9);
  EXPECT_EQ(guard()["precaution_clear"]["at"], clock_->wall_now().time_since_epoch().count());
}

TEST_F(ExplicitClearTest, WhileAnotherProcessOfOursHasAModelNothingGoesEvenWithForce) {
  load_a_model_elsewhere();
  const auto done = clear(true);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->claim, ClearClaim::kInUse);
  ASSERT_EQ(done->report.kept.size(), 2U);
  EXPECT_EQ(done->report.kept[0].why,
            "a process of ours has a model loaded; its next start clears first");
  EXPECT_TRUE(fs::exists(own_));
  EXPECT_TRUE(guard()["clear_wanted"]);
  EXPECT_TRUE(guard()["precaution_clear"].is_null());
  EXPECT_TRUE(events_.names().empty());
}

TEST_F(ExplicitClearTest, WhatIsAllInUseIsStillClearedByTheNextStart) {
  load_a_model_elsewhere();
  for (const auto& entry : {own_, legacy_}) fs::remove_all(entry);
  const auto used = FakeCaches::add(caches_.legacy(), "cc");
  FakeCaches::age(used / "model.milhash", 9min);
  ASSERT_TRUE(clear());
  EXPECT_TRUE(guard()["clear_wanted"]);
}

TEST_F(ExplicitClearTest, AfterAnyClearOfOursTheCoolDownHoldsUntilItEndsOrForce) {
  ASSERT_TRUE(clear());
  for (const bool force : {false, true}) {
    const auto since = FakeCaches::add(caches_.own(), "dd");
    const auto again = clear(force);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->claim, force ? ClearClaim::kGranted : ClearClaim::kCoolingDown);
    EXPECT_EQ(fs::exists(since), !force);
  }
  FakeCaches::add(caches_.own(), "dd");
  clock_->advance(options_.clear_cooldown);
  EXPECT_EQ(clear().value().claim, ClearClaim::kGranted);
}

TEST_F(ExplicitClearTest, NothingToClearStartsNoCoolDown) {
  for (const auto& entry : {own_, legacy_}) fs::remove_all(entry);
  const auto used = FakeCaches::add(caches_.legacy(), "cc");
  FakeCaches::age(used / "model.milhash", 9min);
  ASSERT_TRUE(clear());
  FakeCaches::add(caches_.own(), "dd");
  EXPECT_EQ(clear().value().report.cleared.size(), 1U);
}

TEST_F(ExplicitClearTest, AClearThatRemovedNothingStartsNoCoolDown) {
  fs::create_directories(caches_.trash().parent_path());
  std::ofstream(caches_.trash()) << "no folder";
  const auto failed = clear();
  ASSERT_TRUE(!failed || failed->report.cleared.empty());
  ASSERT_TRUE(fs::exists(own_));
  EXPECT_TRUE(guard()["precaution_clear"].is_null());
}

TEST_F(ExplicitClearTest, ADryRunSaysTheSameAndClaimsNothing) {
  const auto dry = clear(false, true);
  ASSERT_TRUE(dry) << dry.error().message;
  EXPECT_EQ(dry->report.cleared.size(), 2U);
  EXPECT_FALSE(fs::exists(state_.path()));
  load_a_model_elsewhere();
  const auto before = state_.read().value();
  EXPECT_EQ(clear(false, true).value().claim, ClearClaim::kInUse);
  EXPECT_EQ(state_.read().value(), before);
  EXPECT_TRUE(events_.names().empty());
}

TEST_F(ExplicitClearTest, WithoutAStateFileNothingGoes) {
  const auto done = clear_explicitly({.options = options_},
                                     {.state = nullptr, .pressure = nullptr, .clock = *clock_});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(fs::exists(own_));
}

}  // namespace
}  // namespace papr
