// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "papr/events.h"

namespace papr {

/// Passes events on until it is detached. For work that may outlive the sink it reports to, as a
/// load that nobody waits for any more.
class DetachableSink final : public EventSink {
 public:
  /// `sink` may be null.
  explicit DetachableSink(EventSink* sink) : sink_(sink) {}

  void on_event(const Event& event) noexcept override {
    const std::lock_guard lock(mutex_);
    if (sink_ != nullptr) sink_->on_event(event);
  }

  /// After it no event is passed on, and none is on its way.
  void detach() noexcept {
    const std::lock_guard lock(mutex_);
    sink_ = nullptr;
  }

 private:
  std::mutex mutex_;
  EventSink* sink_;
};

}  // namespace papr
