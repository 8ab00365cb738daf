// SPDX-License-Identifier: Apache-2.0
#include "papr/coreml_guard.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "../base/fake_event_sink.h"
#include "../coreml_cache/fake_caches.h"
#include "load_ledger.h"
#include "process_history.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

PressureReading reading(PressureLevel level, PressureState state) {
  return {.level = level, .state = state, .reason = "because"};
}

TEST(ShouldClear, OnlyUnderActivePressureAndOnlyAutoAndSeed) {
  for (const auto state : {PressureState::kCalm, PressureState::kHistoryOnly,
                           PressureState::kActive, PressureState::kUnreadable}) {
    const bool active = state == PressureState::kActive;
    const auto at = reading(active ? PressureLevel::kWarn : PressureLevel::kNormal, state);
    EXPECT_EQ(should_clear_coreml_cache(at), active);
    EXPECT_EQ(should_clear_coreml_cache(at, CacheClearPolicy::kSeed), active);
    EXPECT_FALSE(should_clear_coreml_cache(at, CacheClearPolicy::kOnEvidence));
    EXPECT_FALSE(should_clear_coreml_cache(at, CacheClearPolicy::kNever));
  }
}

/// Own and legacy entries, and a machine that is short of memory as its pressure file says.
class ClearCoremlCache : public testing::Test {
 protected:
  ClearCoremlCache() {
    this_process().had_model = false;
    set_free_percent(10);
    options_.pressure.source = "file:" + pressure_.string();
  }
  ~ClearCoremlCache() override { this_process().had_model = false; }

  void set_free_percent(int percent) const {
    std::ofstream(pressure_) << nlohmann::json{{"free_percent", percent}};
  }
  CacheClearOutcome clear(bool force) {
    const auto outcome = clear_coreml_cache(force, options_, &sink_);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome.value_or(CacheClearOutcome{});
  }

  FakeCaches caches_;
  FakeEventSink sink_;
  fs::path own_ = FakeCaches::add(caches_.own(), "aa");
  fs::path legacy_ = FakeCaches::add(caches_.legacy(), "bb");
  fs::path shared_ = FakeCaches::add(caches_.shared(), "cc");
  fs::path pressure_ = caches_.folder() / "pressure.json";
  GuardOptions options_{.cache = caches_.options(),
                        .state_file = caches_.folder() / "state" / "state.json"};
};

TEST_F(ClearCoremlCache, UnderPressureTakesOwnAndLegacyOnceInACoolDown) {
  const CacheClearOutcome outcome = clear(false);
  EXPECT_TRUE(outcome.cleared);
  EXPECT_GT(outcome.freed_bytes, 0U);
  EXPECT_EQ(outcome.why, "");
  EXPECT_FALSE(fs::exists(own_));
  EXPECT_FALSE(fs::exists(legacy_));
  EXPECT_TRUE(fs::exists(shared_));
  EXPECT_EQ(sink_.names(), (std::vector<std::string>{"pressure_changed", "pressure_seen",
                                                     "cache_clear_started", "cache_cleared"}));
  FakeCaches::add(caches_.own(), "dd");
  const CacheClearOutcome again = clear(false);
  EXPECT_FALSE(again.cleared);
  EXPECT_EQ(again.why, "the last clear is not long ago");
}

TEST_F(ClearCoremlCache, InCalmClearsOnlyWithForce) {
  set_free_percent(80);
  const CacheClearOutcome outcome = clear(false);
  EXPECT_FALSE(outcome.cleared);
  EXPECT_NE(outcome.why, "");
  EXPECT_TRUE(fs::exists(own_));
  EXPECT_TRUE(clear(true).cleared);
  EXPECT_FALSE(fs::exists(own_));
}

TEST_F(ClearCoremlCache, ForceSkipsTheCoolDown) {
  EXPECT_TRUE(clear(false).cleared);
  const auto again = FakeCaches::add(caches_.own(), "dd");
  EXPECT_TRUE(clear(true).cleared);
  EXPECT_FALSE(fs::exists(again));
}

TEST_F(ClearCoremlCache, WhereThereIsNothingSaysSo) {
  EXPECT_TRUE(clear(true).cleared);
  const CacheClearOutcome outcome = clear(true);
  EXPECT_FALSE(outcome.cleared);
  EXPECT_EQ(outcome.why, "there was nothing to clear");
}

TEST_F(ClearCoremlCache, InAProcessThatHadAModelLeavesItToTheNextOneEvenWithForce) {
  this_process().had_model = true;
  const CacheClearOutcome outcome = clear(true);
  EXPECT_FALSE(outcome.cleared);
  EXPECT_TRUE(fs::exists(own_));
  EXPECT_TRUE(StateFile(options_.state_file).read().value()["guard"]["clear_wanted"]);
}

TEST_F(ClearCoremlCache, OffMacosWithoutACachesFolderTouchesNothing) {
  if (is_macos()) GTEST_SKIP() << "this user's own caches are real here";
  options_.cache = {};
  EXPECT_EQ(clear(true).why, "no Core ML caches here");
  EXPECT_FALSE(fs::exists(options_.state_file.parent_path()));
}

TEST_F(ClearCoremlCache, AnUnknownSourceOfPressureIsAnError) {
  options_.pressure.source = "crystal-ball";
  EXPECT_EQ(clear_coreml_cache(false, options_).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(load_coreml_model_with_pressure_check("m", options_).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(ClearCoremlCache, TheLoadOfAPackageThatIsNotThereNamesItAndTheAttempts) {
  const auto model = load_coreml_model_with_pressure_check("/nowhere.mlpackage", options_, &sink_);
  ASSERT_FALSE(model);
  EXPECT_NE(model.error().message.find("/nowhere.mlpackage"), std::string::npos);
  EXPECT_NE(model.error().remedy, "");
  EXPECT_EQ(sink_.names().back(), "model_refused");
}

TEST_F(ClearCoremlCache, WithSourceNoneALoadWritesNoState) {
  options_.pressure.source = "none";
  EXPECT_FALSE(load_coreml_model_with_pressure_check("/nowhere.mlpackage", options_));
  EXPECT_FALSE(fs::exists(options_.state_file.parent_path()));
}

}  // namespace
}  // namespace papr
