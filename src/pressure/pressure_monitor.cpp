// SPDX-License-Identifier: Apache-2.0
#include "papr/pressure_monitor.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "../base/clock.h"
#include "memory_source.h"
#include "monitor_parts.h"
#include "pressure_hysteresis.h"

namespace papr {
namespace {

// Far beyond any use, and near enough to be added to a time.
std::chrono::milliseconds at_most_a_day(std::chrono::milliseconds span) {
  return std::min<std::chrono::milliseconds>(span, std::chrono::hours(24));
}

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
        events_(options.events),
        every_reading_(options.every_reading),
        interval_(at_most_a_day(options.interval)),
        hysteresis_(at_most_a_day(options.calm)),
        listener_(std::move(listener)) {}

  static Result<> start(const std::shared_ptr<Watch>& self, bool must_read) {
    std::optional<PressureReading> first;
    if (must_read) {
      auto read = self->parts_.meter->try_read();
      if (!read) return std::unexpected(read.error());
      first = std::move(*read);
    }
    try {
      // Held, so that a listener that stops at once finds the thread in its place.
      const std::lock_guard lock(self->mutex_);
      self->thread_ = std::thread([self, first = std::move(first)] { self->run(first); });
    } catch (const std::system_error& error) {
      return fail(ErrorCode::kUnavailable, std::string("watch memory: ") + error.what());
    }
    return {};
  }

  void stop() {
    if (!end()) thread_.join();
  }

  // As stop(), for good: nobody will ask for the thread again.
  void leave() {
    if (end()) {
      if (thread_.joinable()) thread_.detach();
    } else {
      thread_.join();
    }
  }

 private:
  // Whether there is nothing to wait for: the thread is this one, or was waited for before.
  bool end() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    return !thread_.joinable() || thread_.get_id() == std::this_thread::get_id();
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  void wake() {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_all();
  }

  void run(std::optional<PressureReading> reading) {
    start_wake();
    SteadyTime next = parts_.clock->steady_now() + interval_;
    do {
      if (!reading) reading = parts_.meter->look();
      if (is_stopping()) break;  // by a sink that was told of the reading
      const SteadyTime now = parts_.clock->steady_now();
      const bool news = hysteresis_.is_news(*reading, now);
      if (news || every_reading_) listener_(*reading);
      reading.reset();
      // News do not put off the look that is due anyway.
      if (now >= next) next = std::max(next + interval_, now);
    } while (wait_until(std::min(next, hysteresis_.due().value_or(next))));
    if (parts_.wake) parts_.wake->stop();
  }

  // Without news the interval alone decides, as where there is no wake at all.
  void start_wake() {
    if (!parts_.wake) return;
    const auto started = parts_.wake->start([this] { wake(); });
    if (started || events_ == nullptr) return;
    events_->on_event(
        {.name = "pressure_wake_unavailable", .fields = {{"reason", started.error().message}}});
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
  EventSink* const events_;
  const bool every_reading_;
  const std::chrono::milliseconds interval_;
  PressureHysteresis hysteresis_;  // the thread's alone
  const Listener listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  bool news_ = false;      // likewise
  std::thread thread_;
};

Result<MonitorParts> MonitorParts::of(const PressureOptions& options,
                                      const Environment& environment, EventSink* events) {
  auto source = make_memory_source(options.source);
  if (!source) return std::unexpected(source.error());
  MonitorParts parts{.clock = std::make_shared<const SystemClock>(), .wake = make_pressure_wake()};
  if (const auto path = state_file_path(environment)) {
    parts.state = std::make_unique<StateFile>(*path, events);
  }
  parts.meter = std::make_unique<PressureMeter>(PressureMeterParts{.source = std::move(*source),
                                                                   .thresholds = options.thresholds,
                                                                   .clock = parts.clock,
                                                                   .state = parts.state.get(),
                                                                   .events = events});
  return parts;
}

Result<PressureMonitor> MonitorParts::start(MonitorParts parts,
                                            const PressureMonitorOptions& options,
                                            PressureMonitor::Listener listener) {
  if (auto sound = check(options, listener); !sound) return std::unexpected(sound.error());
  auto watch =
      std::make_shared<PressureMonitor::Watch>(std::move(parts), options, std::move(listener));
  if (auto started = PressureMonitor::Watch::start(watch, options.must_read); !started) {
    return std::unexpected(started.error());
  }
  return PressureMonitor(std::move(watch));
}

Result<PressureMonitor> PressureMonitor::start(const PressureMonitorOptions& options,
                                               Listener listener) {
  auto parts = MonitorParts::of(options.pressure, process_environment(), options.events);
  if (!parts) return std::unexpected(parts.error());
  return MonitorParts::start(std::move(*parts), options, std::move(listener));
}

PressureMonitor::PressureMonitor(std::shared_ptr<Watch> watch) noexcept
    : watch_(std::move(watch)) {}
PressureMonitor::PressureMonitor(PressureMonitor&&) noexcept = default;

PressureMonitor& PressureMonitor::operator=(PressureMonitor&& other) noexcept {
  if (this == &other) return *this;
  // First: a call that is under way may still ask for this one's stop.
  if (watch_) watch_->leave();
  watch_ = std::move(other.watch_);
  return *this;
}

PressureMonitor::~PressureMonitor() {
  if (watch_) watch_->leave();
}

void PressureMonitor::stop() {
  if (watch_) watch_->stop();
}

}  // namespace papr
