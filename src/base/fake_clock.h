// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>

#include "clock.h"

namespace papr {

/// A clock that moves only when it is told to. Safe to use from several threads.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(WallTime wall_start = WallTime(std::chrono::hours(24 * 365 * 50)))
      : wall_start_(wall_start) {}

  [[nodiscard]] SteadyTime steady_now() const noexcept override {
    return SteadyTime{} + std::chrono::hours(1) + elapsed();
  }
  [[nodiscard]] WallTime wall_now() const noexcept override { return wall_start_ + elapsed(); }

  void advance(std::chrono::milliseconds by) noexcept { elapsed_ms_ += by.count(); }

 private:
  [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept {
    return std::chrono::milliseconds(elapsed_ms_.load());
  }
  const WallTime wall_start_;
  std::atomic<std::chrono::milliseconds::rep> elapsed_ms_ = 0;
};

}  // namespace papr
