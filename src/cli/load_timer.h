// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>

#include "papr/events.h"

namespace papr::cli {

/// How long the loads took from which a model came.
class LoadTimer final : public EventSink {
 public:
  void on_event(const Event& event) noexcept override;
  /// 0 when none was loaded.
  [[nodiscard]] std::chrono::duration<double> loading() const;

 private:
  mutable std::mutex mutex_;
  std::chrono::duration<double> loading_{0};
};

}  // namespace papr::cli
