// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "papr/coreml_cache.h"
#include "papr/events.h"
#include "papr/model.h"
#include "papr/pressure.h"
#include "papr/result.h"

namespace papr {

/// When the loader may clear the cache (PAPR_CACHE_CLEAR).
enum class CacheClearPolicy {
  kAuto,        ///< ours, under active pressure unless this model was verified good, or on evidence
  kSeed,        ///< own and legacy, under active pressure; ours on evidence
  kOnEvidence,  ///< only when a load went wrong
  kNever,
};

struct GuardOptions {
  CacheOptions cache;
  CacheClearPolicy clear = CacheClearPolicy::kAuto;
  std::chrono::milliseconds clear_cooldown{std::chrono::minutes(30)};  ///< PAPR_CACHE_COOLDOWN
  std::chrono::milliseconds latency_budget{150};  ///< of one warm prediction, PAPR_LATENCY_BUDGET
  PressureOptions pressure;                       ///< of the functions below
  /// Likewise. Empty: the user's own, and then what a load compiles is kept in the user's own
  /// folder for that, so that the next start finds it.
  std::filesystem::path state_file;
  bool cloud_allowed = false;  ///< whether anybody else can answer when the model cannot
  bool allow_cpu = false;      ///< PAPR_ALLOW_CPU: a model over its budget is better than the cloud
  ComputeUnits compute_units = ComputeUnits::kAll;  ///< PAPR_COREML_COMPUTE_UNITS
  /// How this program is started to try a model that is not known to be good in a child process
  /// first (PAPR_PROBE_IN_CHILD); see papr/model_probe.h. Empty: that is not done.
  std::vector<std::string> probe_command;
};

/// The seed's question, pure: whether the automatic clear is due at this reading.
[[nodiscard]] bool should_clear_coreml_cache(const PressureReading& reading,
                                             CacheClearPolicy policy = CacheClearPolicy::kAuto);

struct CacheClearOutcome {
  bool cleared = false;  ///< something was removed
  std::uint64_t freed_bytes = 0;
  std::string why;  ///< why nothing was cleared; empty where something was
};

/// The seed's explicit clear: what is ours, and legacy entries that nobody has open or has used for
/// 10 minutes. `force` skips pressure and cool-down, never ownership, links or what is in use. In a
/// process that has or had a model loaded nothing is cleared: the next one will.
/// @error kUnavailable      an entry could not be removed (the rest was), a place or the state file
///                          cannot be read or written, or another process is clearing.
/// @error kDiskFull         there is no room for the state file.
/// @error kNotFound         options.cache.caches_dir was given and is not there; or no home folder
/// is
///                          known to remember the clear in, and no options.state_file was given.
/// @error kInvalidArgument  options.pressure.source is unknown, or options.cache.app_id is no
/// single
///                          folder name or is Apple's.
/// @error kUnsupported      options.pressure.source is another system's.
[[nodiscard]] Result<CacheClearOutcome> clear_coreml_cache(bool force = false,
                                                           const GuardOptions& options = {},
                                                           EventSink* events = nullptr);

/// The seed's load: pressure is read, our cache cleared where that can help, then the model is
/// loaded and verified. Off macOS, with pressure source "none", no file but the package is opened.
/// The message of an error names what each attempt met; the code is that of the last.
/// @error kNotFound         there is no such package.
/// @error kCorrupt          it is damaged or no package, or its outputs make no sense.
/// @error kUnsupported      this system's runtime cannot run it, or options.pressure.source is
///                          another system's.
/// @error kUnavailable      the runtime refused this time, as for want of memory.
/// @error kTimeout          its predictions stay over the budget.
/// @error kInvalidArgument  options.pressure.source is unknown.
[[nodiscard]] Result<std::unique_ptr<LoadedModel>> load_coreml_model_with_pressure_check(
    const std::filesystem::path& package, const GuardOptions& options = {},
    EventSink* events = nullptr);

}  // namespace papr
