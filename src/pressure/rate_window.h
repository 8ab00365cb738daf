// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "classify.h"
#include "memory_source.h"

namespace papr {

/// Keeps the earlier sample that rates are taken against: the previous one, or where samples come
/// faster than one a second, one that is up to 2 s old. So a reading a moment after another still
/// tells what is going on.
class RateWindow {
 public:
  /// What to compare a sample of `now` with; null before the first.
  [[nodiscard]] const MemorySample* base(SteadyTime now) const noexcept {
    const bool recent = older_ && now - older_->taken_at <= kLongestRateWindow;
    if (recent && !is_due(now)) return &*older_;
    return newer_ ? &*newer_ : nullptr;
  }

  /// To be called with each sample, after `base` was used for it.
  void add(const MemorySample& sample) noexcept {
    if (newer_ && !is_due(sample.taken_at)) return;
    older_ = newer_;
    newer_ = sample;
  }

  void clear() noexcept {
    older_.reset();
    newer_.reset();
  }

 private:
  [[nodiscard]] bool is_due(SteadyTime now) const noexcept {
    return now - newer_->taken_at >= std::chrono::seconds(1);
  }

  std::optional<MemorySample> older_;
  std::optional<MemorySample> newer_;  ///< there whenever `older_` is
};

}  // namespace papr
