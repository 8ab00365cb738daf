// SPDX-License-Identifier: Apache-2.0
#include "papr/pressure.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../base/clock.h"
#include "../base/state_file.h"
#include "../base/user_folders.h"
#include "macos_tools_source.h"
#include "pressure_meter.h"
#include "reading.h"

namespace papr {

std::string_view name_of(PressureLevel level) noexcept {
  switch (level) {
    case PressureLevel::kNormal:
      return "normal";
    case PressureLevel::kWarn:
      return "warn";
    case PressureLevel::kCritical:
      return "critical";
  }
  return "unknown";  // Unreachable; no default above, so that -Wswitch finds a new level.
}

std::string_view name_of(PressureState state) noexcept {
  switch (state) {
    case PressureState::kCalm:
      return "calm";
    case PressureState::kHistoryOnly:
      return "history_only";
    case PressureState::kActive:
      return "active";
    case PressureState::kUnreadable:
      return "unreadable";
  }
  return "unknown";
}

Result<PressureReading> get_memory_pressure_macos(const PressureThresholds& thresholds) {
  return PressureMeter({.source = make_macos_tools_source(make_subprocess()),
                        .thresholds = thresholds,
                        .clock = std::make_shared<SystemClock>()})
      .try_read();
}

PressureReading check_memory_pressure(const PressureOptions& options, EventSink* events) {
  auto source = make_memory_source(options.source);
  if (!source) {
    if (events != nullptr) {
      events->on_event(
          {.name = "pressure_unreadable",
           .fields = {{"source", options.source}, {"reason", source.error().message}}});
    }
    return unreadable_reading(options.source, source.error(), SystemClock().wall_now());
  }
  std::optional<StateFile> state;
  if (const auto path = state_file_path(process_environment())) state.emplace(*path);
  return PressureMeter({.source = std::move(*source),
                        .thresholds = options.thresholds,
                        .clock = std::make_shared<SystemClock>(),
                        .state = state ? &*state : nullptr,
                        .events = events})
      .read();
}

void log_memory_pressure_warning(const PressureReading& reading, EventSink& events) {
  if (reading.level == PressureLevel::kNormal) return;
  std::vector<EventField> fields = {{"level", std::string(name_of(reading.level))},
                                    {"reason", reading.reason},
                                    {"source", reading.source},
                                    {"active", reading.active()}};
  const auto add = [&fields](std::string_view name, std::optional<double> value) {
    if (value) fields.push_back({name, *value});
  };
  add("free_percent", reading.free_percent);
  add("swap_used_gb", reading.swap_used_gb);
  add("stall_percent_10s", reading.stall_percent_10s);
  if (reading.kernel_level) {
    fields.push_back({"kernel_level", std::int64_t{*reading.kernel_level}});
  }
  events.on_event({.name = "pressure_seen", .fields = std::move(fields)});
}

}  // namespace papr
