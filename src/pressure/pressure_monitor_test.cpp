// SPDX-License-Identifier: Apache-2.0
#include "papr/pressure_monitor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "../base/clock.h"
#include "../base/fake_event_sink.h"
#include "../base/gate_for_test.h"
#include "../base/temporary_folder.h"
#include "monitor_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureLevel;
using namespace monitor_test;

/// News at the test's word.
class HandWake final : public PressureWake {
 public:
  explicit HandWake(std::function<void()>& on_news) : on_news_(on_news) {}
  Result<> start(std::function<void()> on_news) override {
    on_news_ = std::move(on_news);
    return {};
  }
  void stop() noexcept override { on_news_ = nullptr; }

 private:
  std::function<void()>& on_news_;
};

TEST(PressureMonitor, TellsTheFirstReadingAndEachChangeOnce) {
  Heard heard;
  const auto monitor =
      start({free(61), free(61), free(35), free(35), free(12), free(61)}, heard.listener());
  ASSERT_TRUE(monitor) << monitor.error().message;
  EXPECT_EQ(heard.first(4), (std::vector{kNormal, kWarn, kCritical, kNormal}));
}

TEST(PressureMonitor, NewsDoNotPutOffTheLookThatIsDue) {
  constexpr int kNews = 50;
  Heard heard;
  std::function<void()> news;
  MonitorParts made = parts({free(61)});
  made.wake = std::make_unique<HandWake>(news);
  auto monitor = MonitorParts::start(std::move(made), {.interval = 200ms, .every_reading = true},
                                     heard.listener());
  ASSERT_TRUE(monitor);
  for (std::size_t i = 1; i <= kNews; ++i) {
    (void)heard.first(i);
    news();
  }
  const std::size_t count = heard.first(kNews + 1).size();
  const auto last = std::chrono::steady_clock::now();
  (void)heard.first(count + 1);
  // Put off by an interval each, it would come after ten seconds.
  EXPECT_LT(std::chrono::steady_clock::now() - last, 5s);
}

TEST(PressureMonitor, ASourceThatFailsIsToldOfAndComesBack) {
  Heard heard;
  const auto monitor =
      start({free(12), fail(ErrorCode::kUnavailable, "gone"), free(12)}, heard.listener());
  ASSERT_TRUE(monitor);
  EXPECT_EQ(heard.first(3), (std::vector{kCritical, kNormal, kCritical}));
}

TEST(PressureMonitor, NewsWakeItBeforeTheIntervalIsOver) {
  Heard heard;
  std::function<void()> news;
  MonitorParts made = parts({free(61), free(12)});
  made.wake = std::make_unique<HandWake>(news);
  auto monitor = MonitorParts::start(std::move(made), {.interval = 24h}, heard.listener());
  ASSERT_TRUE(monitor);
  ASSERT_EQ(heard.first(1), std::vector{kNormal});
  news();
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
  monitor->stop();
  EXPECT_FALSE(news);
}

TEST(PressureMonitor, WhatIsBetterIsToldAfterTheCalmThoughNoLookIsDueThen) {
  Heard heard;
  std::function<void()> news;
  MonitorParts made = parts({free(12), free(61)});
  made.wake = std::make_unique<HandWake>(news);
  auto monitor =
      MonitorParts::start(std::move(made), {.interval = 24h, .calm = 50ms}, heard.listener());
  ASSERT_TRUE(monitor);
  ASSERT_EQ(heard.first(1), std::vector{kCritical});
  const auto better = std::chrono::steady_clock::now();
  news();
  EXPECT_EQ(heard.first(2), (std::vector{kCritical, kNormal}));
  EXPECT_GE(std::chrono::steady_clock::now() - better, 50ms);
}

TEST(PressureMonitor, TellsOfEachReadingWhereThatIsWanted) {
  Heard heard;
  const auto monitor = MonitorParts::start(
      parts({free(61)}), {.interval = 1ms, .every_reading = true}, heard.listener());
  ASSERT_TRUE(monitor);
  EXPECT_GE(heard.first(3).size(), 3U);
}

TEST(PressureMonitor, ReadsASlowSourceAnewEachTime) {
  Heard heard;
  MonitorParts made{.clock = std::make_shared<const SystemClock>()};
  made.meter = std::make_unique<PressureMeter>(
      PressureMeterParts{.source = std::make_unique<FakeMemorySource>(
                             std::deque<Result<MemorySample>>{free(61), free(12)}, "slow"),
                         .thresholds = {},
                         .clock = made.clock});
  const auto monitor = MonitorParts::start(std::move(made), {.interval = 1ms}, heard.listener());
  ASSERT_TRUE(monitor);
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
}

TEST(PressureMonitor, WatchesTheRealFileSource) {
  const TemporaryFolder folder;
  const auto file = folder.write("pressure.json", R"({"free_percent":61})");
  Heard heard;
  const auto monitor =
      PressureMonitor::start({.pressure = {.source = "file:" + file.string(), .thresholds = {}},
                              .interval = 1ms,
                              .calm = 0ms},
                             heard.listener());
  ASSERT_TRUE(monitor) << monitor.error().message;
  ASSERT_EQ(heard.first(1), std::vector{kNormal});
  const auto next = folder.write("next.json", R"({"free_percent":12})");
  std::filesystem::rename(next, file);
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
}

TEST(PressureMonitor, ASourceThatMustBeReadIsReadBeforeItStarts) {
  Heard heard;
  const PressureMonitorOptions options{.interval = 24h, .must_read = true};
  const auto refused = MonitorParts::start(parts({fail(ErrorCode::kNotFound, "no such file")}),
                                           options, heard.listener());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  const auto monitor = MonitorParts::start(parts({free(12), free(61)}), options, heard.listener());
  ASSERT_TRUE(monitor);
  EXPECT_EQ(heard.first(1), std::vector{kCritical});
}

/// The system refuses to tell.
class DeafWake final : public PressureWake {
 public:
  Result<> start(std::function<void()>) override {
    return fail(ErrorCode::kUnavailable, "no source");
  }
  void stop() noexcept override {}
};

TEST(PressureMonitor, WithoutNewsItGoesOnAndSaysSo) {
  Heard heard;
  FakeEventSink events;
  MonitorParts made = parts({free(61), free(12)});
  made.wake = std::make_unique<DeafWake>();
  auto monitor =
      MonitorParts::start(std::move(made), {.interval = 1ms, .events = &events}, heard.listener());
  ASSERT_TRUE(monitor);
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
  monitor->stop();
  EXPECT_EQ(events.names(), std::vector<std::string>{"pressure_wake_unavailable"});
}

TEST(PressureMonitor, WhatCannotBeWatchedIsRefused) {
  const auto heard = [](const PressureReading&) {};
  EXPECT_EQ(PressureMonitor::start({.pressure = {.source = "nonsense", .thresholds = {}}}, heard)
                .error()
                .code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(PressureMonitor::start({.interval = 0ms}, heard).error().code,
            ErrorCode::kInvalidArgument);
  // What never ends is no error.
  EXPECT_TRUE(PressureMonitor::start(
      {.interval = std::chrono::milliseconds::max(), .calm = std::chrono::milliseconds::max()},
      heard));
  EXPECT_EQ(PressureMonitor::start({.calm = -1ms}, heard).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(PressureMonitor::start({}, nullptr).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace papr
