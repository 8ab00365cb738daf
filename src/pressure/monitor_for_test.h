// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "fake_memory_source.h"
#include "monitor_parts.h"

namespace papr::monitor_test {

using namespace std::chrono_literals;

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

inline MemorySample free(double percent) { return {.free_percent = percent}; }

inline MonitorParts parts(std::deque<Result<MemorySample>> samples) {
  MonitorParts made{.clock = std::make_shared<const SystemClock>()};
  made.meter = std::make_unique<PressureMeter>(
      PressureMeterParts{.source = std::make_unique<FakeMemorySource>(std::move(samples)),
                         .thresholds = {},
                         .clock = made.clock});
  return made;
}

inline Result<PressureMonitor> start(std::deque<Result<MemorySample>> samples,
                                     PressureMonitor::Listener listener) {
  return MonitorParts::start(parts(std::move(samples)), {.interval = 1ms, .calm = 0ms},
                             std::move(listener));
}

}  // namespace papr::monitor_test
