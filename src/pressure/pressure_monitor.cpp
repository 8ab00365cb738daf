// SPDX-License-Identifier: Apache-2.0
#include "papr/pressure_monitor.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "../base/clock.h"
#include "../base/user_folders.h"
#include "memory_source.h"
#include "monitor_parts.h"
#include "pressure_hysteresis.h"

namespace papr {
namespace {

constexpr std::chrono::hours kLongestInterval{24};

Result<> check(const PressureMonitorOptions& options, const PressureMonitor::Listener& listener) {
  const auto refuse = [](const char* why, const char* remedy) {
    return fail(ErrorCode::kInvalidArgument, std::string("watch memory: ") + why, remedy);
  };
  if (!listener) return refuse("nobody to tell", "give a listener");
  if (options.interval < std::chrono::milliseconds(1)) {
    return refuse("no interval", "give at least 1 ms; 2 s are plenty");
  }
  if (options.calm < std::chrono::milliseconds(0)) {
    return refuse("a calm below zero", "give 0 to be told of each change");
  }
  return {};
}

}  // namespace

// Shared with its thread, which outlives the monitor when a call destroys that.
class PressureMonitor::Watch {
 public:
  Watch(MonitorParts parts, const PressureMonitorOptions& options, Listener listener)
      : parts_(std::move(parts)),
        every_reading_(options.every_reading),
        interval_(std::min<std::chrono::milliseconds>(options.interval, kLongestInterval)),
        hysteresis_(options.calm),
        listener_(std::move(listener)) {}

  static Result<> start(const std::shared_ptr<Watch>& self) {
    // Without news the interval alone decides, as where there is no wake at all.
    if (self->parts_.wake) (void)self->parts_.wake->start([watch = self.get()] { watch->wake(); });
    try {
      // Held, so that a listener that stops at once finds the thread in its place.
      const std::lock_guard lock(self->mutex_);
      self->thread_ = std::thread([self] { self->run(); });
    } catch (const std::system_error& error) {
      if (self->parts_.wake) self->parts_.wake->stop();
      return fail(ErrorCode::kUnavailable, std::string("watch memory: ") + error.what());
    }
    return {};
  }

  void stop() {
    std::thread thread;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
      thread = std::move(thread_);
    }
    if (!thread.joinable()) return;
    if (parts_.wake) parts_.wake->stop();
    if (thread.get_id() == std::this_thread::get_id()) {
      thread.detach();
    } else {
      thread.join();
    }
  }

 private:
  void wake() {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_all();
  }

  void run() {
    SteadyTime next = parts_.clock->steady_now();
    do {
      const PressureReading reading = parts_.meter->look();
      const SteadyTime now = parts_.clock->steady_now();
      const bool news = hysteresis_.is_news(reading, now);
      if (news || every_reading_) listener_(reading);
      next = std::max(next + interval_, now);
    } while (wait_until(std::min(next, hysteresis_.due().value_or(next))));
  }

  // Whether to look again.
  bool wait_until(SteadyTime time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time - parts_.clock->steady_now(),
                      [this] { return stopping_ || news_; });
    news_ = false;
    return !stopping_;
  }

  MonitorParts parts_;
  const bool every_reading_;
  const std::chrono::milliseconds interval_;
  PressureHysteresis hysteresis_;  // the thread's alone
  const Listener listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  bool news_ = false;      // likewise
  std::thread thread_;     // likewise
};

Result<PressureMonitor> MonitorParts::start(MonitorParts parts,
                                            const PressureMonitorOptions& options,
                                            PressureMonitor::Listener listener) {
  if (auto sound = check(options, listener); !sound) return std::unexpected(sound.error());
  auto watch =
      std::make_shared<PressureMonitor::Watch>(std::move(parts), options, std::move(listener));
  if (auto started = PressureMonitor::Watch::start(watch); !started) {
    return std::unexpected(started.error());
  }
  return PressureMonitor(std::move(watch));
}

Result<PressureMonitor> PressureMonitor::start(const PressureMonitorOptions& options,
                                               Listener listener) {
  auto source = make_memory_source(options.pressure.source);
  if (!source) return std::unexpected(source.error());
  MonitorParts parts{.clock = std::make_shared<const SystemClock>(), .wake = make_pressure_wake()};
  const auto path = state_file_path(process_environment());
  if (path) parts.state = std::make_unique<StateFile>(*path, options.events);
  parts.meter =
      std::make_unique<PressureMeter>(PressureMeterParts{.source = std::move(*source),
                                                         .thresholds = options.pressure.thresholds,
                                                         .clock = parts.clock,
                                                         .state = parts.state.get(),
                                                         .events = options.events});
  return MonitorParts::start(std::move(parts), options, std::move(listener));
}

PressureMonitor::PressureMonitor(std::shared_ptr<Watch> watch) noexcept
    : watch_(std::move(watch)) {}
PressureMonitor::PressureMonitor(PressureMonitor&&) noexcept = default;

PressureMonitor& PressureMonitor::operator=(PressureMonitor&& other) noexcept {
  if (this == &other) return *this;
  stop();
  watch_ = std::move(other.watch_);
  return *this;
}

PressureMonitor::~PressureMonitor() { stop(); }

void PressureMonitor::stop() {
  if (watch_) watch_->stop();
}

}  // namespace papr
