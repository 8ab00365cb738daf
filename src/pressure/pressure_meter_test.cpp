// SPDX-License-Identifier: Apache-2.0
#include "pressure_meter.h"

#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "../base/boot_id.h"
#include "../base/fake_event_sink.h"
#include "../base/temporary_folder.h"
#include "fake_memory_source.h"
#include "swap_baseline.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureLevel;
using enum PressureState;

constexpr std::uint64_t kMillion = 1'000'000;
constexpr WallTime kDate{1'790'000'000'123ms};

class HandClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return now; }
  [[nodiscard]] WallTime wall_now() const noexcept override { return kDate; }
  SteadyTime now{1h};
};

MemorySample free(double percent) { return {.free_percent = percent}; }
MemorySample swapped(std::uint64_t ins, std::uint64_t outs) {
  return {.free_percent = 66, .swap_ins = ins, .swap_outs = outs};
}

class PressureMeterTest : public testing::Test {
 protected:
  PressureMeter meter(std::deque<Result<MemorySample>> samples, std::string name = "fake") {
    return PressureMeter({.source = std::make_unique<FakeMemorySource>(std::move(samples), name),
                          .thresholds = {},
                          .clock = clock_,
                          .state = &state_,
                          .events = &sink_});
  }

  std::string field(std::size_t event, const std::string& name) const {
    const auto seen = sink_.seen();
    for (const auto& [key, value] : seen.at(event).fields) {
      if (key == name) return value;
    }
    return "(none)";
  }

  TemporaryFolder folder_;
  std::shared_ptr<HandClock> clock_ = std::make_shared<HandClock>();
  StateFile state_{folder_.path() / "below" / "state.json"};
  FakeEventSink sink_;
};

TEST_F(PressureMeterTest, ASlowSourceIsAskedAgainAfterFiveSecondsOrAClear) {
  auto meter = this->meter({free(61), free(12), free(35)}, "slow");
  EXPECT_EQ(meter.read().level, kNormal);
  clock_->now += 4999ms;
  EXPECT_EQ(meter.read().level, kNormal);
  clock_->now += 1ms;
  EXPECT_EQ(meter.read().level, kCritical);
  ASSERT_TRUE(meter.note_clear());
  EXPECT_EQ(meter.read().level, kWarn);
}

TEST_F(PressureMeterTest, AReadingHasTheNumbersTheSourceAndTheTime) {
  auto meter = this->meter({MemorySample{.free_percent = 35.2,
                                         .swap_used_bytes = 2'500'000'000,
                                         .page_ins = 1,
                                         .page_outs = 2,
                                         .swap_ins = 3,
                                         .swap_outs = 4,
                                         .kernel_level = 1,
                                         .some_stall_percent_10s = 5}});
  const PressureReading reading = meter.read();
  EXPECT_EQ(reading.level, kWarn);
  EXPECT_TRUE(reading.active());
  EXPECT_EQ(reading.reason, "Low free memory (35.2%)");
  EXPECT_EQ(reading.source, "fake");
  EXPECT_EQ(reading.free_percent, 35.2);
  EXPECT_EQ(reading.swap_used_gb, 2.5);
  EXPECT_EQ(reading.page_ins, 1u);
  EXPECT_EQ(reading.page_outs, 2u);
  EXPECT_EQ(reading.swap_ins, 3u);
  EXPECT_EQ(reading.swap_outs, 4u);
  EXPECT_EQ(reading.kernel_level, 1);
  EXPECT_EQ(reading.stall_percent_10s, 5);
  EXPECT_EQ(reading.sampled_at, kDate);
}

TEST_F(PressureMeterTest, AChangeOfLevelIsToldOnceWithItsReason) {
  auto meter = this->meter({free(66), free(35.2), free(30), free(12), free(66)});
  for (int i = 0; i < 6; ++i) (void)meter.read();
  ASSERT_EQ(sink_.names(), (std::vector<std::string>(3, "pressure_changed")));
  EXPECT_EQ(field(0, "from"), "normal");
  EXPECT_EQ(field(0, "to"), "warn");
  EXPECT_EQ(field(0, "reason"), "Low free memory (35.2%)");
  EXPECT_EQ(field(0, "source"), "fake");
  EXPECT_EQ(field(1, "to"), "critical");
  EXPECT_EQ(field(2, "from"), "critical");
  EXPECT_EQ(field(2, "to"), "normal");
}

TEST_F(PressureMeterTest, ASourceThatFailsIsUnreadableNeverCalmAndSaysSoOnce) {
  auto meter = this->meter({free(12), fail(ErrorCode::kTimeout, "run \"x\": late"),
                            fail(ErrorCode::kTimeout, "run \"x\": late"), free(12)});
  EXPECT_EQ(meter.read().level, kCritical);
  for (int i = 0; i < 2; ++i) {
    const PressureReading reading = meter.read();
    EXPECT_EQ(reading.level, kNormal);
    EXPECT_EQ(reading.state, kUnreadable);
    EXPECT_NE(reading.reason.find("run \"x\": late"), std::string::npos) << reading.reason;
    EXPECT_EQ(reading.source, "fake");
    EXPECT_EQ(reading.sampled_at, kDate);
  }
  EXPECT_EQ(meter.read().level, kCritical);
  EXPECT_EQ(sink_.names(), (std::vector<std::string>{"pressure_changed", "pressure_unreadable"}));
  EXPECT_EQ(field(1, "source"), "fake");
}

TEST_F(PressureMeterTest, TryReadHandsTheErrorOn) {
  auto meter = this->meter({fail(ErrorCode::kTimeout, "late", "wait")});
  const auto reading = meter.try_read();
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(reading.error().remedy, "wait");
}

TEST_F(PressureMeterTest, RatesComeFromTwoReadings) {
  auto meter = this->meter({swapped(0, 0), swapped(4000, 100), swapped(4000, 100)});
  EXPECT_EQ(meter.read().swap_in_pages_per_s, std::nullopt);
  clock_->now += 2s;
  const PressureReading second = meter.read();
  EXPECT_EQ(second.swap_in_pages_per_s, 2000);
  EXPECT_EQ(second.swap_out_pages_per_s, 50);
  EXPECT_EQ(second.state, kActive);
  // A moment later it is still the same second that counts, and later on it is over.
  clock_->now += 1ms;
  EXPECT_EQ(meter.read().state, kActive);
  clock_->now += 59s;
  const PressureReading later = meter.read();
  EXPECT_EQ(later.swap_in_pages_per_s, 0);
  EXPECT_EQ(later.state, kCalm);
}

TEST_F(PressureMeterTest, WhatWasSwappedBeforeANightAsleepIsNotSwappedNow) {
  auto meter = this->meter({swapped(0, 0), swapped(90 * kMillion, 0), swapped(90 * kMillion, 0),
                            swapped(90 * kMillion + 4000, 0)});
  (void)meter.read();
  clock_->now += 8h;
  const PressureReading awake = meter.read();
  EXPECT_EQ(awake.swap_in_pages_per_s, std::nullopt);
  EXPECT_EQ(awake.state, kCalm);
  clock_->now += 2s;
  EXPECT_EQ(meter.read().state, kCalm);
  clock_->now += 2s;
  EXPECT_EQ(meter.read().state, kActive);
}

TEST_F(PressureMeterTest, AMomentAfterAPauseThereAreRatesAgain) {
  auto meter = this->meter({swapped(0, 0), swapped(0, 0), swapped(50'000, 0)});
  (void)meter.read();
  clock_->now += 120s;
  EXPECT_EQ(meter.read().swap_in_pages_per_s, std::nullopt);
  clock_->now += 500ms;
  EXPECT_EQ(meter.read().swap_in_pages_per_s, 100'000);
}

TEST_F(PressureMeterTest, AfterAClearSwapCountsAnewAndTheNextProcessKnows) {
  const auto heavy = swapped(201 * kMillion, 223 * kMillion);
  {
    auto meter = this->meter({heavy});
    EXPECT_EQ(meter.read().state, kHistoryOnly);
    EXPECT_TRUE(meter.note_clear());
    EXPECT_EQ(meter.read().state, kCalm);
  }
  EXPECT_EQ(meter({heavy}).read().state, kCalm);
  EXPECT_EQ(meter({swapped(302 * kMillion, 223 * kMillion)}).read().reason,
            "Heavy swap activity (101,000,000 pages in, 0 out since the last clear)");
}

TEST_F(PressureMeterTest, AClearOfAnotherProcessIsSeenWithoutAStart) {
  auto meter = this->meter({swapped(201 * kMillion, 0)});
  EXPECT_EQ(meter.read().state, kHistoryOnly);
  auto other = this->meter({swapped(201 * kMillion, 0)});
  ASSERT_TRUE(other.note_clear());
  EXPECT_EQ(meter.read().state, kCalm);
}

TEST_F(PressureMeterTest, ABaselineOfAnotherBootOrSourceDoesNotCount) {
  const auto boot = boot_id();
  ASSERT_TRUE(boot);
  const SwapBaseline all{.swap_ins = 201 * kMillion, .swap_outs = 201 * kMillion};
  for (const auto& [saved_boot, saved_source] :
       {std::pair<std::string, std::string>{"another boot", "fake"}, {*boot, "file"}}) {
    ASSERT_TRUE(state_.update([&](nlohmann::json& state) -> Result<> {
      set_swap_baseline(state, saved_boot, saved_source, all);
      return {};
    }));
    EXPECT_EQ(meter({swapped(201 * kMillion, 0)}).read().state, kHistoryOnly);
  }
}

TEST_F(PressureMeterTest, CountersThatGoBackGiveNoRateAndVoidTheBaseline) {
  auto meter = this->meter({swapped(201 * kMillion, 0), swapped(150 * kMillion, 0)});
  ASSERT_TRUE(meter.note_clear());  // the fake goes on to its next sample
  auto again = this->meter({swapped(250 * kMillion, 0), swapped(205 * kMillion, 0)});
  EXPECT_EQ(again.read().state, kCalm);  // 49 million since the clear
  clock_->now += 1s;
  const PressureReading back = again.read();
  EXPECT_EQ(back.swap_in_pages_per_s, std::nullopt);
  EXPECT_EQ(back.reason, "Heavy swap activity (205,000,000 pages in, 0 out)");
}

TEST_F(PressureMeterTest, AnOrdinaryReadingTouchesNoFile) {
  auto meter = this->meter({swapped(5, 5)});
  (void)meter.read();
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "below"));
}

TEST_F(PressureMeterTest, SourceNoneIsCalmSilentAndTouchesNoFile) {
  PressureMeter meter({.source = make_memory_source("none").value(),
                       .thresholds = {},
                       .clock = clock_,
                       .state = &state_,
                       .events = &sink_});
  const PressureReading reading = meter.read();
  EXPECT_EQ(reading.level, kNormal);
  EXPECT_EQ(reading.state, kCalm);
  EXPECT_EQ(reading.reason, is_macos() ? "not looked at" : "not macOS");
  EXPECT_EQ(reading.source, "none");
  EXPECT_EQ(reading.sampled_at, kDate);
  EXPECT_TRUE(meter.note_clear());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "below"));
  EXPECT_TRUE(sink_.names().empty());
}

TEST_F(PressureMeterTest, NoteClearCountsAnewEvenWhereItCannotBeRemembered) {
  StateFile unwritable(folder_.write("file", "") / "state.json");
  PressureMeter meter({.source = std::make_unique<FakeMemorySource>(
                           std::deque<Result<MemorySample>>{swapped(201 * kMillion, 0)}),
                       .thresholds = {},
                       .clock = clock_,
                       .state = &unwritable,
                       .events = nullptr});
  EXPECT_FALSE(meter.note_clear());
  EXPECT_EQ(meter.read().state, kCalm);
}

TEST_F(PressureMeterTest, NoteClearOfASourceThatFailsChangesNothingAndSaysWhy) {
  auto meter = this->meter({fail(ErrorCode::kTimeout, "late")});
  EXPECT_EQ(meter.note_clear().error().code, ErrorCode::kTimeout);
}

TEST_F(PressureMeterTest, WithoutAStateFileOrSinkItReadsAllTheSame) {
  PressureMeter meter({.source = std::make_unique<FakeMemorySource>(
                           std::deque<Result<MemorySample>>{swapped(201 * kMillion, 0)}),
                       .thresholds = {},
                       .clock = clock_});
  EXPECT_EQ(meter.read().state, kHistoryOnly);
  EXPECT_TRUE(meter.note_clear());
  EXPECT_EQ(meter.read().state, kCalm);
}

TEST_F(PressureMeterTest, SeveralThreadsMayReadAndClear) {
  auto meter = this->meter({swapped(201 * kMillion, 0), free(12), swapped(201 * kMillion, 0)});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&meter, i] {
      for (int round = 0; round < 20; ++round) {
        EXPECT_NE(meter.read().reason, "");
        if (i != 0) continue;
        EXPECT_TRUE(meter.note_clear());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(meter.read().state, kCalm);
}

TEST(SwapBaselineInState, DamageCountsAsNone) {
  using nlohmann::json;
  for (const char* text :
       {"{}", "[]", "null", R"({"pressure":5})", R"({"pressure":{"boot_id":5}})",
        R"({"pressure":{"boot_id":"b"}})", R"({"pressure":{"boot_id":"b","swap_baselines":[]}})",
        R"({"pressure":{"boot_id":"b","swap_baselines":{"s":{"swap_ins":1}}}})",
        R"({"pressure":{"boot_id":"b","swap_baselines":{"s":{"swap_ins":-1,"swap_outs":1}}}})",
        R"({"pressure":{"boot_id":"b","swap_baselines":{"s":{"swap_ins":"1","swap_outs":1}}}})"}) {
    EXPECT_EQ(swap_baseline_in(json::parse(text), "b", "s"), std::nullopt) << text;
  }
}

TEST(SwapBaselineInState, OthersKeysAndSourcesStay) {
  auto state = nlohmann::json::parse(R"({"episodes":[1]})");
  set_swap_baseline(state, "b", "s", {.swap_ins = 1, .swap_outs = 2});
  set_swap_baseline(state, "b", "t", {.swap_ins = 3, .swap_outs = 4});
  EXPECT_EQ(swap_baseline_in(state, "b", "s"), (SwapBaseline{1, 2}));
  EXPECT_EQ(swap_baseline_in(state, "b", "t"), (SwapBaseline{3, 4}));
  EXPECT_EQ(state["episodes"], nlohmann::json({1}));
  set_swap_baseline(state, "next", "t", {.swap_ins = 5, .swap_outs = 6});
  EXPECT_EQ(swap_baseline_in(state, "b", "s"), std::nullopt);
}

}  // namespace
}  // namespace papr
