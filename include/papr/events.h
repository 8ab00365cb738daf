// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace papr {

/// One named value of an event. Names carry their unit: "seconds", "bytes".
struct EventField {
  std::string_view name;
  std::variant<bool, std::int64_t, double, std::string> value;
};

/// Something that happened, for logs and counters. Never holds query text, content or keys.
struct Event {
  std::string_view name;  ///< snake_case, past tense: "load_finished"
  std::vector<EventField> fields;
};

/// Receives every event. The library itself never prints: without a sink it is silent.
///
/// `on_event` may be called from several threads at once and must not call back into the library.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) noexcept = 0;
};

}  // namespace papr
