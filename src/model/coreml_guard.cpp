// SPDX-License-Identifier: Apache-2.0
#include "papr/coreml_guard.h"

#include <optional>
#include <utility>

#include "../base/user_folders.h"
#include "explicit_clear.h"
#include "guarded_loader.h"

namespace papr {
namespace {

std::optional<std::filesystem::path> state_path_of(const GuardOptions& options) {
  if (!options.state_file.empty()) return options.state_file;
  return state_file_path(process_environment());
}

CacheClearOutcome nothing_cleared(std::string why) { return {.why = std::move(why)}; }

Result<CacheClearOutcome> outcome_of(const ClearReport& report) {
  if (!report.errors.empty()) {
    Error error = report.errors.front().error;
    error.code = ErrorCode::kUnavailable;
    if (report.errors.size() > 1) {
      error.message += "; and " + std::to_string(report.errors.size() - 1) + " more";
    }
    return while_doing("clear cache", std::move(error));
  }
  if (report.cleared.empty()) return nothing_cleared("there was nothing to clear");
  return CacheClearOutcome{.cleared = true, .freed_bytes = report.freed_bytes};
}

}  // namespace

bool should_clear_coreml_cache(const PressureReading& reading, CacheClearPolicy policy) {
  return reading.active() &&
         (policy == CacheClearPolicy::kAuto || policy == CacheClearPolicy::kSeed);
}

Result<CacheClearOutcome> clear_coreml_cache(bool force, const GuardOptions& options,
                                             EventSink* events) {
  if (!get_coreml_cache_dir(options.cache)) return nothing_cleared("no Core ML caches here");
  auto source = make_memory_source(options.pressure.source);
  if (!source) return std::unexpected(source.error());
  const auto path = state_path_of(options);
  if (!path) {
    return fail(ErrorCode::kNotFound, "clear cache: no home folder to remember it in",
                "set HOME, or GuardOptions::state_file");
  }
  StateFile state(*path, events);
  const auto clock = std::make_shared<const SystemClock>();
  PressureMeter pressure({.source = std::move(*source),
                          .thresholds = options.pressure.thresholds,
                          .clock = clock,
                          .state = &state,
                          .events = events});
  if (!force) {
    const PressureReading reading = pressure.read();
    if (!should_clear_coreml_cache(reading, options.clear)) {
      return nothing_cleared("it is not due: " + reading.reason);
    }
    if (events != nullptr) log_memory_pressure_warning(reading, *events);
  }
  const auto done =
      clear_explicitly({.options = options, .force = force},
                       {.state = &state, .pressure = &pressure, .clock = *clock, .events = events});
  if (!done) return std::unexpected(done.error());
  if (done->claim == ClearClaim::kInUse) {
    return nothing_cleared("a model is or was loaded; the next process clears before it loads");
  }
  if (done->claim == ClearClaim::kCoolingDown) {
    return nothing_cleared("the last clear is not long ago");
  }
  return outcome_of(done->report);
}

Result<std::unique_ptr<LoadedModel>> load_coreml_model_with_pressure_check(
    const std::filesystem::path& package, const GuardOptions& options, EventSink* events) {
  auto source = make_memory_source(options.pressure.source);
  if (!source) return std::unexpected(source.error());
  // Where nothing is ever cleared there is nothing to remember, and no file is touched.
  std::optional<StateFile> state;
  std::filesystem::path compiled_models;
  const auto path = state_path_of(options);
  if (path && (*source)->name() != "none") {
    state.emplace(*path, events);
    const auto folder = compiled_models_folder(process_environment());
    if (options.state_file.empty() && folder) compiled_models = *folder;
  }
  StateFile* const remembered = state ? &*state : nullptr;

  const auto clock = std::make_shared<const SystemClock>();
  PressureMeter pressure({.source = std::move(*source),
                          .thresholds = options.pressure.thresholds,
                          .clock = clock,
                          .state = remembered,
                          .events = events});
  const auto backend = make_system_model_backend({.compiled_models = compiled_models});
  GuardedLoader loader({.backend = *backend,
                        .pressure = pressure,
                        .clock = clock,
                        .state = remembered,
                        .events = events,
                        .probe = make_model_probe(options.probe_command, compiled_models)},
                       options);
  LoadOutcome outcome = loader.load(package);
  if (outcome.model == nullptr) return std::unexpected(error_of(outcome, package));
  return std::move(outcome.model);
}

}  // namespace papr
