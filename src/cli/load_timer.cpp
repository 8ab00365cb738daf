// SPDX-License-Identifier: Apache-2.0
#include "load_timer.h"

#include "event_field.h"

namespace papr::cli {

void LoadTimer::on_event(const Event& event) noexcept {
  if (event.name != "load_finished" || !field_or(event, "ok", false)) return;
  const std::lock_guard lock(mutex_);
  loading_ += std::chrono::duration<double>(field_or(event, "seconds", 0.0));
}

std::chrono::duration<double> LoadTimer::loading() const {
  const std::lock_guard lock(mutex_);
  return loading_;
}

}  // namespace papr::cli
