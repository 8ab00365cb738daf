// SPDX-License-Identifier: Apache-2.0
#include "papr/pressure_monitor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "../base/clock.h"
#include "../base/gate_for_test.h"
#include "../base/temporary_folder.h"
#include "fake_memory_source.h"
#include "monitor_parts.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureLevel;

/// What was told, to be waited for.
class Heard {
 public:
  PressureMonitor::Listener listener() {
    return [this](const PressureReading& reading) {
      const std::lock_guard lock(mutex_);
      levels_.push_back(reading.level);
      changed_.notify_all();
    };
  }
  std::vector<PressureLevel> first(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 1min, [&] { return levels_.size() >= count; });
    return levels_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<PressureLevel> levels_;
};

MemorySample free(double percent) { return {.free_percent = percent}; }

MonitorParts parts(std::deque<Result<MemorySample>> samples) {
  MonitorParts made{.clock = std::make_shared<const SystemClock>()};
  made.meter = std::make_unique<PressureMeter>(
      PressureMeterParts{.source = std::make_unique<FakeMemorySource>(std::move(samples)),
                         .thresholds = {},
                         .clock = made.clock});
  return made;
}

Result<PressureMonitor> start(std::deque<Result<MemorySample>> samples,
                              PressureMonitor::Listener listener) {
  return MonitorParts::start(parts(std::move(samples)), {.interval = 1ms, .calm = 0ms},
                             std::move(listener));
}

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

TEST(PressureMonitor, StopEndsAWaitAtOnceAndMayBeCalledAgain) {
  Heard heard;
  auto monitor =
      MonitorParts::start(parts({free(61)}), {.interval = 24h * 365'000}, heard.listener());
  ASSERT_TRUE(monitor);
  ASSERT_EQ(heard.first(1), std::vector{kNormal});
  monitor->stop();
  monitor->stop();
  EXPECT_EQ(heard.first(1).size(), 1U);
}

TEST(PressureMonitor, AnotherCanBeStartedInItsPlace) {
  Heard heard;
  auto monitor = start({free(61)}, heard.listener());
  ASSERT_TRUE(monitor);
  ASSERT_EQ(heard.first(1), std::vector{kNormal});
  auto next = start({free(12)}, heard.listener());
  ASSERT_TRUE(next);
  *monitor = std::move(*next);
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
}

TEST(PressureMonitor, ACallMayStopIt) {
  std::promise<void> stopped;
  std::optional<PressureMonitor> monitor;
  std::atomic<int> calls = 0;
  Gate made;
  auto started = start({free(61), free(12), free(61), free(12)},
                       [&, wait = made.wait()](const PressureReading&) {
                         wait();
                         ++calls;
                         monitor->stop();
                         stopped.set_value();
                       });
  ASSERT_TRUE(started);
  monitor = std::move(*started);
  made.open();
  stopped.get_future().wait();
  monitor.reset();
  EXPECT_EQ(calls, 1);
}

TEST(PressureMonitor, ACallMayDestroyIt) {
  std::promise<void> destroyed;
  std::optional<PressureMonitor> monitor;
  Gate made;
  auto started = start({free(61)}, [&, wait = made.wait()](const PressureReading&) {
    wait();
    monitor.reset();
    destroyed.set_value();
  });
  ASSERT_TRUE(started);
  monitor = std::move(*started);
  made.open();
  destroyed.get_future().wait();
}

TEST(PressureMonitor, ACallMayPutAnotherInItsPlace) {
  Heard heard;
  std::optional<PressureMonitor> monitor;
  Gate made;
  auto started = start({free(61), free(35)}, [&, wait = made.wait()](const PressureReading&) {
    wait();
    *monitor = std::move(*start({free(12)}, heard.listener()));
  });
  ASSERT_TRUE(started);
  monitor = std::move(*started);
  made.open();
  EXPECT_EQ(heard.first(1), std::vector{kCritical});
}

TEST(PressureMonitor, StopWaitsForACallThatIsSlow) {
  std::promise<void> called;
  std::atomic<bool> ended = false;
  Gate slow;
  auto monitor = start({free(61)}, [&, wait = slow.wait()](const PressureReading&) {
    called.set_value();
    wait();
    ended = true;
  });
  ASSERT_TRUE(monitor);
  called.get_future().wait();
  std::thread opener([&] { slow.open(); });
  monitor->stop();
  EXPECT_TRUE(ended);
  opener.join();
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

TEST(PressureMonitor, WhatCannotBeWatchedIsRefused) {
  const auto heard = [](const PressureReading&) {};
  EXPECT_EQ(PressureMonitor::start({.pressure = {.source = "nonsense", .thresholds = {}}}, heard)
                .error()
                .code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(PressureMonitor::start({.interval = 0ms}, heard).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(PressureMonitor::start({.calm = -1ms}, heard).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(PressureMonitor::start({}, nullptr).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace papr
