// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace papr {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// The only door to the time of day. Whatever decides takes a time point, not a clock.
class Clock {
 public:
  virtual ~Clock() = default;
  /// For durations: never goes backwards, stands still while the machine sleeps on some systems.
  [[nodiscard]] virtual SteadyTime steady_now() const noexcept = 0;
  /// For dates that people read: may jump either way.
  [[nodiscard]] virtual WallTime wall_now() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime steady_now() const noexcept override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] WallTime wall_now() const noexcept override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace papr
