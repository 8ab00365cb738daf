// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "papr/coreml_cache.h"
#include "papr/events.h"
#include "papr/model.h"
#include "papr/pressure.h"
#include "papr/result.h"

namespace papr {

/// When the loader may clear the cache (PAPR_CACHE_CLEAR).
enum class CacheClearPolicy {
  kAuto,        ///< under active pressure, unless this model was verified good; then on evidence
  kSeed,        ///< under any pressure that is active: own and legacy, before the load
  kOnEvidence,  ///< only when a load went wrong
  kNever,
};

struct GuardOptions {
  CacheOptions cache;
  CacheClearPolicy clear = CacheClearPolicy::kAuto;
  std::chrono::milliseconds clear_cooldown{std::chrono::minutes(30)};  ///< PAPR_CACHE_COOLDOWN
  std::chrono::milliseconds latency_budget{150};  ///< of one warm prediction, PAPR_LATENCY_BUDGET
  bool cloud_allowed = false;  ///< whether anybody else can answer when the model cannot
  bool allow_cpu = false;      ///< PAPR_ALLOW_CPU: a model over its budget is better than the cloud
};

/// The seed's question, pure: whether the automatic clear is due at this reading.
[[nodiscard]] bool should_clear_coreml_cache(const PressureReading& reading,
                                             CacheClearPolicy policy = CacheClearPolicy::kAuto);

struct CacheClearOutcome {
  bool cleared = false;  ///< something was removed
  std::uint64_t freed_bytes = 0;
};

/// The seed's explicit clear: what is ours, and legacy entries that nobody has open or has used for
/// 10 minutes. `force` skips pressure and cool-down, never ownership, links or what is in use.
/// @error kUnavailable  an entry could not be removed; the rest was.
[[nodiscard]] Result<CacheClearOutcome> clear_coreml_cache(bool force = false,
                                                           const GuardOptions& options = {},
                                                           EventSink* events = nullptr);

/// The seed's load: pressure is read, our cache cleared where that can help, then the model is
/// loaded and verified.
/// @error what each attempt met.
[[nodiscard]] Result<std::unique_ptr<LoadedModel>> load_coreml_model_with_pressure_check(
    const std::filesystem::path& package, const GuardOptions& options = {},
    EventSink* events = nullptr);

}  // namespace papr
