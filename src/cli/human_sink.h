// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <ostream>

#include "papr/events.h"

namespace papr::cli {

/// Writes the events that a person wants to see while waiting as lines.
class HumanSink final : public EventSink {
 public:
  explicit HumanSink(std::ostream& err) : err_(err) {}
  void on_event(const Event& event) noexcept override;

 private:
  std::mutex mutex_;
  std::ostream& err_;
};

}  // namespace papr::cli
