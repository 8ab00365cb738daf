// SPDX-License-Identifier: Apache-2.0
#include "human_sink.h"

#include <algorithm>
#include <string_view>

namespace papr::cli {
namespace {

bool is_ok(const Event& event) {
  const auto field = std::ranges::find(event.fields, "ok", &EventField::name);
  return field != event.fields.end() && std::get_if<bool>(&field->value) != nullptr &&
         std::get<bool>(field->value);
}

// The wording is that of the design document which this project implements.
std::string_view line_of(const Event& event) {
  if (event.name == "load_started") return "Loading CoreML model...\n";
  if (event.name == "load_finished" && is_ok(event)) {
    return "✅ CoreML model loaded successfully\n";
  }
  return {};
}

}  // namespace

void HumanSink::on_event(const Event& event) noexcept try {
  const std::lock_guard lock(mutex_);
  err_ << line_of(event);
} catch (...) {
  // A stream that throws costs a line of log, not the answer.
}

}  // namespace papr::cli
