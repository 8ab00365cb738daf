// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "papr/events.h"

namespace papr {

/// Remembers every event, for tests to look at.
class FakeEventSink final : public EventSink {
 public:
  struct Seen {
    std::string name;
    std::vector<std::pair<std::string, std::string>> fields;  ///< values as text
  };

  void on_event(const Event& event) noexcept override {
    Seen seen{std::string(event.name), {}};
    for (const EventField& field : event.fields) {
      seen.fields.emplace_back(std::string(field.name), std::visit(AsText{}, field.value));
    }
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::move(seen));
  }

  [[nodiscard]] std::vector<Seen> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Seen& one : seen()) names.push_back(one.name);
    return names;
  }

 private:
  struct AsText {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return std::to_string(value); }
    std::string operator()(const std::string& value) const { return value; }
  };

  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
};

}  // namespace papr
