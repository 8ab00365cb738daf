// SPDX-License-Identifier: Apache-2.0
#include "human_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "../base/size_text.h"
#include "../base/text_line.h"

namespace papr::cli {
namespace {

template <class T>
T value_of(const Event& event, std::string_view name, T missing) {
  const auto field = std::ranges::find(event.fields, name, &EventField::name);
  if (field == event.fields.end()) return missing;
  const T* const value = std::get_if<T>(&field->value);
  return value != nullptr ? *value : missing;
}

// The wording of the first five is that of the design document which this project implements; a
// golden test holds it.
std::string line_of(const Event& event) {
  if (event.name == "pressure_seen") {
    return fmt::format("⚠️  Memory pressure detected: {}\n",
                       one_line(value_of<std::string>(event, "reason", "unknown"), 200));
  }
  if (event.name == "cache_clear_started") return "   Clearing CoreML cache as precaution...\n";
  if (event.name == "cache_cleared") {
    const auto freed = value_of<std::int64_t>(event, "freed_bytes", 0);
    return fmt::format("✅ CoreML cache cleared successfully ({} freed)\n",
                       size_text(static_cast<std::uint64_t>(freed)));
  }
  if (event.name == "load_started") return "Loading CoreML model...\n";
  if (event.name == "load_finished" && value_of(event, "ok", false)) {
    return "✅ CoreML model loaded successfully\n";
  }
  if (event.name == "pressure_unreadable") {
    return fmt::format("⚠️  Memory pressure cannot be read, so it counts as normal: {}\n",
                       one_line(value_of<std::string>(event, "reason", "unknown"), 200));
  }
  if (event.name == "state_reset") {
    return fmt::format("⚠️  {} was damaged and starts again\n",
                       one_line(value_of<std::string>(event, "path", "the state file"), 200));
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
