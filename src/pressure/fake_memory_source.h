// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "memory_source.h"

namespace papr {

/// Plays samples back in order, then repeats the last. One named "slow" is not quick. Each is taken
/// at the `now` it is asked for, as those of the real ones are.
class FakeMemorySource final : public MemorySource {
 public:
  explicit FakeMemorySource(std::deque<Result<MemorySample>> samples, std::string name = "fake")
      : samples_(std::move(samples)), name_(std::move(name)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

  [[nodiscard]] bool is_quick() const noexcept override { return name_ != "slow"; }

  Result<MemorySample> sample(SteadyTime now) override {
    auto sample = samples_.front();
    if (samples_.size() > 1) samples_.pop_front();
    if (sample) sample->taken_at = now;
    return sample;
  }

 private:
  std::deque<Result<MemorySample>> samples_;  // never empty
  std::string name_;
};

}  // namespace papr
