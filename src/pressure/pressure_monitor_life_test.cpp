// SPDX-License-Identifier: Apache-2.0
// Who may stop, replace and destroy a monitor, and when.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "../base/gate_for_test.h"
#include "monitor_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum PressureLevel;
using namespace monitor_test;

TEST(PressureMonitorLife, StopEndsAWaitAtOnceAndMayBeCalledAgain) {
  Heard heard;
  auto monitor =
      MonitorParts::start(parts({free(61)}), {.interval = 24h * 365'000}, heard.listener());
  ASSERT_TRUE(monitor);
  ASSERT_EQ(heard.first(1), std::vector{kNormal});
  monitor->stop();
  monitor->stop();
  EXPECT_EQ(heard.first(1).size(), 1U);
}

TEST(PressureMonitorLife, AnotherCanBeStartedInItsPlace) {
  Heard heard;
  auto monitor = start({free(61)}, heard.listener());
  ASSERT_TRUE(monitor);
  ASSERT_EQ(heard.first(1), std::vector{kNormal});
  auto next = start({free(12)}, heard.listener());
  ASSERT_TRUE(next);
  *monitor = std::move(*next);
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
}

/// Holds the first call back until the monitor is where the call looks for it, and tells of its
/// end.
class OwnedByItsListener {
 public:
  void start(std::function<void(std::optional<PressureMonitor>&)> call) {
    // Kept by the call alone, which may outlive this.
    auto ended = std::make_shared<std::promise<void>>();
    ended_ = ended->get_future();
    auto started = monitor_test::start({free(61), free(12), free(61)},
                                       [this, call = std::move(call), wait = placed_.wait(),
                                        ended = std::move(ended)](const PressureReading&) {
                                         wait();
                                         ++calls;
                                         call(monitor);
                                         ended->set_value();
                                       });
    ASSERT_TRUE(started);
    monitor = std::move(*started);
    placed_.open();
    ended_.wait();
  }

  std::optional<PressureMonitor> monitor;
  std::atomic<int> calls = 0;

 private:
  Gate placed_;
  std::future<void> ended_;
};

TEST(PressureMonitorLife, ACallMayStopIt) {
  OwnedByItsListener owned;
  owned.start([](auto& monitor) { monitor->stop(); });
  owned.monitor.reset();
  EXPECT_EQ(owned.calls, 1);
}

TEST(PressureMonitorLife, ACallMayDestroyIt) {
  OwnedByItsListener owned;
  owned.start([](auto& monitor) { monitor.reset(); });
  EXPECT_FALSE(owned.monitor);
}

TEST(PressureMonitorLife, ACallMayPutAnotherInItsPlace) {
  Heard heard;
  OwnedByItsListener owned;
  owned.start([&](auto& monitor) { *monitor = std::move(*start({free(12)}, heard.listener())); });
  EXPECT_EQ(heard.first(1), std::vector{kCritical});
  owned.monitor.reset();
  EXPECT_EQ(owned.calls, 1);
}

TEST(PressureMonitorLife, ACallThatHasStoppedItIsStillWaitedFor) {
  std::promise<void> stopped;
  std::atomic<bool> ended = false;
  Gate made, slow;
  std::optional<PressureMonitor> monitor;
  auto started =
      start({free(61)}, [&, is_made = made.wait(), wait = slow.wait()](const PressureReading&) {
        is_made();
        monitor->stop();
        stopped.set_value();
        wait();
        ended = true;
      });
  ASSERT_TRUE(started);
  monitor = std::move(*started);
  made.open();
  stopped.get_future().wait();
  std::thread opener([&] { slow.open(); });
  monitor.reset();
  EXPECT_TRUE(ended);
  opener.join();
}

TEST(PressureMonitorLife, ACallThatStopsItWhileAnotherIsPutInItsPlaceStopsTheFormer) {
  Heard heard;
  std::promise<void> called;
  Gate made, slow;
  std::optional<PressureMonitor> monitor;
  auto started =
      start({free(61)}, [&, is_made = made.wait(), wait = slow.wait()](const PressureReading&) {
        is_made();
        called.set_value();
        wait();
        monitor->stop();
      });
  ASSERT_TRUE(started);
  monitor = std::move(*started);
  made.open();
  called.get_future().wait();
  std::thread opener([&] { slow.open(); });
  *monitor = std::move(*start({free(61), free(12)}, heard.listener()));
  opener.join();
  EXPECT_EQ(heard.first(2), (std::vector{kNormal, kCritical}));
}

/// Stops the monitor when it is told of the first change.
class StoppingSink final : public EventSink {
 public:
  void on_event(const Event&) noexcept override {
    placed.wait()();
    monitor->stop();
    stopped.set_value();
  }
  Gate placed;
  std::optional<PressureMonitor> monitor;
  std::promise<void> stopped;
};

TEST(PressureMonitorLife, ASinkMayStopItAndNoCallComesAfterThat) {
  std::atomic<int> calls = 0;
  StoppingSink sink;
  MonitorParts made{.clock = std::make_shared<const SystemClock>()};
  made.meter = std::make_unique<PressureMeter>(PressureMeterParts{
      .source = std::make_unique<FakeMemorySource>(std::deque<Result<MemorySample>>{free(12)}),
      .thresholds = {},
      .clock = made.clock,
      .events = &sink});
  auto started = MonitorParts::start(std::move(made), {.interval = 1ms},
                                     [&](const PressureReading&) { ++calls; });
  ASSERT_TRUE(started);
  sink.monitor = std::move(*started);
  sink.placed.open();
  sink.stopped.get_future().wait();
  sink.monitor.reset();
  EXPECT_EQ(calls, 0);
}

TEST(PressureMonitorLife, StopWaitsForACallThatIsSlow) {
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

}  // namespace
}  // namespace papr
