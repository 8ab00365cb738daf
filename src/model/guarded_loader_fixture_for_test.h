// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "../base/fake_event_sink.h"
#include "../coreml_cache/fake_caches.h"
#include "../pressure/fake_memory_source.h"
#include "fake_model_backend.h"
#include "guarded_loader.h"

namespace papr {

inline MemorySample free_percent(double percent) { return {.free_percent = percent}; }
inline MemorySample calm() { return free_percent(80); }
inline MemorySample short_of_memory() { return free_percent(10); }

inline Error core_ml_error(std::string text) {
  return {ErrorCode::kUnavailable, std::move(text), ""};
}
inline Error bad_entry() { return core_ml_error("Invalid sentinel in blob_metadata"); }
inline Error no_memory() {
  return core_ml_error("Program load failed: no memory (transient; retry)");
}

/// A machine with caches, memory and a state file, on which one process of ours after another
/// loads a model.
class GuardedLoaderTest : public testing::Test {
 protected:
  /// A load in a process that has had no model yet.
  LoadOutcome load(FakeModelBackend& backend, std::deque<Result<MemorySample>> memory = {calm()},
                   CancelToken cancel = {}) {
    ProcessHistory process;
    return load_in(process, backend, std::move(memory), std::move(cancel));
  }

  LoadOutcome load_in(ProcessHistory& process, FakeModelBackend& backend,
                      std::deque<Result<MemorySample>> memory = {calm()}, CancelToken cancel = {}) {
    PressureMeter pressure({.source = std::make_unique<FakeMemorySource>(std::move(memory)),
                            .thresholds = {},
                            .clock = clock_,
                            .state = state_in_use_,
                            .events = &sink_});
    GuardedLoader loader({.backend = backend,
                          .pressure = pressure,
                          .clock = clock_,
                          .state = state_in_use_,
                          .events = &sink_,
                          .process = process,
                          .wait =
                              [this](std::chrono::milliseconds wait, const CancelToken&) {
                                waits_.push_back(wait);
                                clock_->advance(wait);
                                if (while_waiting_) while_waiting_();
                              },
                          .probe = probe_},
                         options_);
    return loader.load(package_, std::move(cancel));
  }

  [[nodiscard]] std::vector<std::string> told(const std::string& name, const std::string& field) {
    std::vector<std::string> values;
    for (const auto& event : sink_.seen()) {
      if (event.name != name) continue;
      for (const auto& [key, value] : event.fields) {
        if (key == field) values.push_back(value);
      }
    }
    return values;
  }
  [[nodiscard]] std::ptrdiff_t count_of(const std::string& event) const {
    return std::ranges::count(sink_.names(), event);
  }

  FakeCaches caches_;
  std::filesystem::path package_ = caches_.folder() / "m.mlpackage";
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>(FakeCaches::now());
  FakeEventSink sink_;
  StateFile state_{caches_.folder() / "state" / "state.json"};
  StateFile* state_in_use_ = &state_;
  GuardOptions options_{.cache = caches_.options(), .cloud_allowed = true};
  std::vector<std::chrono::milliseconds> waits_;
  std::function<void()> while_waiting_;
  ModelProbe probe_;
};

}  // namespace papr
