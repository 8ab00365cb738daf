// SPDX-License-Identifier: Apache-2.0
#include "human_sink.h"

#include <fmt/format.h>

#include <string>

#include "../base/size_text.h"
#include "../base/text_line.h"
#include "event_field.h"

namespace papr::cli {
namespace {

// The wording of the first five is that of the design document which this project implements; a
// golden test holds it.
std::string line_of(const Event& event) {
  if (event.name == "pressure_seen") {
    return fmt::format("⚠️  Memory pressure detected: {}\n",
                       one_line(field_or<std::string>(event, "reason", "unknown"), 200));
  }
  if (event.name == "cache_clear_started") return "   Clearing CoreML cache as precaution...\n";
  if (event.name == "cache_cleared") {
    const auto errors = field_or<std::int64_t>(event, "errors", 0);
    if (errors > 0) {
      return fmt::format("⚠️  CoreML cache: {} of its entries could not be cleared\n", errors);
    }
    if (field_or<std::int64_t>(event, "entries", 1) == 0) return "   There was nothing to clear\n";
    const auto freed = field_or<std::int64_t>(event, "freed_bytes", 0);
    return fmt::format("✅ CoreML cache cleared successfully ({} freed)\n",
                       size_text(static_cast<std::uint64_t>(freed)));
  }
  if (event.name == "load_started") return "Loading CoreML model...\n";
  if (event.name == "load_finished" && field_or(event, "ok", false)) {
    return "✅ CoreML model loaded successfully\n";
  }
  if (event.name == "pressure_unreadable") {
    return fmt::format("⚠️  Memory pressure cannot be read, so it counts as normal: {}\n",
                       one_line(field_or<std::string>(event, "reason", "unknown"), 200));
  }
  if (event.name == "state_reset") {
    return fmt::format("⚠️  {} was damaged and starts again\n",
                       one_line(field_or<std::string>(event, "path", "the state file"), 200));
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
