// SPDX-License-Identifier: Apache-2.0
#include "pressure_meter.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "../base/boot_id.h"
#include "reading.h"
#include "swap_baseline.h"

namespace papr {

PressureMeter::PressureMeter(PressureMeterParts parts)
    : parts_(std::move(parts)), looks_(parts_.source->name() != "none") {}

PressureReading PressureMeter::read() {
  if (is_quick()) return look();
  // A load reads several times; three tools that hang must not hold it up each time. Whoever waits
  // for one that reads takes what that has read.
  const std::lock_guard lock(mutex_);
  if (last_ && parts_.clock->steady_now() - last_at_ < kFreshFor) return *last_;
  last_ = reading_or_unreadable(try_read_locked());
  last_at_ = parts_.clock->steady_now();
  return *last_;
}

PressureReading PressureMeter::look() { return reading_or_unreadable(try_read()); }

Result<PressureReading> PressureMeter::try_read() {
  if (!looks_) return reading_of_none(parts_.clock->wall_now());
  const std::lock_guard lock(mutex_);
  return try_read_locked();
}

Result<PressureReading> PressureMeter::try_read_locked() {
  auto reading = measure();
  if (reading) {
    last_error_.clear();
    tell_change(reading->level, reading->reason);
  } else {
    tell_unreadable(reading.error());
  }
  return reading;
}

PressureReading PressureMeter::reading_or_unreadable(Result<PressureReading> read) const {
  if (read) return std::move(*read);
  return unreadable_reading(parts_.source->name(), read.error(), parts_.clock->wall_now());
}

Result<PressureReading> PressureMeter::measure() {
  const auto sample = parts_.source->sample(parts_.clock->steady_now());
  if (!sample) return std::unexpected(sample.error());
  const MemorySample* const base = window_.base(sample->taken_at);
  if (base != nullptr && swap_went_back(*sample, *base)) {
    window_.clear();
    baseline_ = {};
    saved_baseline_is_void_ = true;
  }
  PressureVerdict verdict = judge(*sample);
  // Only here, so that an ordinary machine's readings cost no file.
  if (verdict.swapped_much && take_saved_baseline()) verdict = judge(*sample);
  window_.add(*sample);
  return reading_of(*sample, std::move(verdict), parts_.source->name(), parts_.clock->wall_now());
}

PressureVerdict PressureMeter::judge(const MemorySample& sample) {
  return classify(sample, window_.base(sample.taken_at), baseline_, parts_.thresholds);
}

// Another process may have cleared since. True when that changed the baseline.
bool PressureMeter::take_saved_baseline() {
  if (parts_.state == nullptr || saved_baseline_is_void_) return false;
  const auto boot = boot_id();
  const auto state = boot ? parts_.state->read() : Result<nlohmann::json>(nlohmann::json());
  if (!state) return false;
  const auto saved = swap_baseline_in(*state, boot.value_or(""), parts_.source->name());
  if (!saved) return false;
  const SwapBaseline latest{.swap_ins = std::max(saved->swap_ins, baseline_.swap_ins),
                            .swap_outs = std::max(saved->swap_outs, baseline_.swap_outs)};
  return std::exchange(baseline_, latest) != latest;
}

Result<> PressureMeter::note_clear() {
  if (!looks_) return {};
  auto baseline = count_anew();
  if (!baseline) return std::unexpected(baseline.error());
  const auto boot = boot_id();
  if (!*baseline || parts_.state == nullptr || !boot) return {};
  // Without the lock: another process may hold the file for long.
  return parts_.state->update([&](nlohmann::json& state) -> Result<> {
    set_swap_baseline(state, *boot, parts_.source->name(), **baseline);
    return {};
  });
}

// Nothing where the source has no such counters.
Result<std::optional<SwapBaseline>> PressureMeter::count_anew() {
  const std::lock_guard lock(mutex_);
  last_.reset();
  const auto sample = parts_.source->sample(parts_.clock->steady_now());
  if (!sample) return while_doing("note clear", sample.error());
  if (!sample->swap_ins && !sample->swap_outs) return std::optional<SwapBaseline>();
  baseline_ = {.swap_ins = sample->swap_ins.value_or(0),
               .swap_outs = sample->swap_outs.value_or(0)};
  saved_baseline_is_void_ = false;
  return std::optional(baseline_);
}

void PressureMeter::tell_unreadable(const Error& error) {
  if (error.message == last_error_) return;
  last_error_ = error.message;
  if (parts_.events == nullptr) return;
  parts_.events->on_event(
      {.name = "pressure_unreadable",
       .fields = {{"source", std::string(parts_.source->name())}, {"reason", error.message}}});
}

void PressureMeter::tell_change(PressureLevel level, const std::string& reason) {
  const PressureLevel before = std::exchange(level_, level);
  if (before == level || parts_.events == nullptr) return;
  parts_.events->on_event({.name = "pressure_changed",
                           .fields = {{"from", std::string(name_of(before))},
                                      {"to", std::string(name_of(level))},
                                      {"reason", reason},
                                      {"source", std::string(parts_.source->name())}}});
}

}  // namespace papr
