// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "../base/clock.h"
#include "papr/coreml_guard.h"
#include "papr/pressure.h"

namespace papr {

/// What the loader does next. The last three end it.
enum class LoadStep {
  kClearOurs,
  kClearOursAndLegacy,
  kLoad,
  kLoadFresh,  ///< as a new generation: nothing that an earlier load compiled is used
  kLoadOnCpu,
  kBackOff,  ///< wait, then do again what met the shortage
  kVerify,
  kUse,
  kUseDegraded,  ///< sound, but slow or not where it should run
  kGoRemote,     ///< no model; somebody else answers
  kGiveUp,       ///< no model, and nobody else may be asked
};

/// In words for tables and reasons: "load fresh".
[[nodiscard]] std::string_view name_of(LoadStep step) noexcept;

/// How a step went.
enum class StepOutcome {
  kDone,         ///< carried out; of a load: there is a model now
  kGood,         ///< verified: right outputs within the budget
  kSlow,         ///< right outputs over the budget
  kWrongOutput,  ///< not finite, nothing but zeros, or of a wrong size
  // What error texts say; the table is in load_error.h.
  kBadCacheEntry,     ///< something compiled earlier is broken
  kTransient,         ///< no memory or no accelerator at this moment
  kUnfit,             ///< this accelerator will never take the model
  kPredictionFailed,  ///< loaded, but a prediction gave an error
  kBadPackage,        ///< files are missing or damaged, or this runtime cannot run such a model
  kEndedItsProcess,   ///< of a load that was tried in a child: that died or hung
  kUnknownError,
};

/// In words: "a broken entry in the cache".
[[nodiscard]] std::string_view name_of(StepOutcome outcome) noexcept;

struct Attempt {
  LoadStep step;
  StepOutcome outcome;
};

/// Why the cache is cleared. The two are counted apart.
enum class ClearCause { kPrecaution, kEvidence };

/// Something that may be done only now and then.
struct RareAct {
  WallTime at{};
  std::uint64_t episode = 0;  ///< of pressure, in which it was done; 0: in none
};

/// What the state file remembers of earlier loads, for one model.
struct LoadMemory {
  bool verified_good = false;     ///< and the cache entries of that time are still there
  int crashes = 0;                ///< processes that ended in a load of it, in the last 24 h
  bool noted = false;             ///< an earlier process asked for a clear at the next start
  bool in_use_elsewhere = false;  ///< another live process of ours has had a model loaded
  std::uint64_t episode = 0;      ///< the present one of pressure; 0: none
  std::optional<RareAct> precaution_clear;
  std::optional<RareAct> evidence_clear;
  std::optional<RareAct> rebuild;  ///< the last kLoadFresh
};

/// All that the policy knows.
struct LoadFacts {
  std::span<const Attempt> attempts;
  PressureState pressure = PressureState::kCalm;
  const GuardOptions& options;
  const LoadMemory* memory = nullptr;  ///< null: nothing is remembered, so nothing is cleared
  bool process_had_model = false;      ///< this process, before these attempts
  bool rebuilds = false;               ///< kLoadFresh differs from kLoad
  WallTime now{};
  double jitter = 0;  ///< [0, 1), spreads the waits of many processes
};

struct NextStep {
  LoadStep step;
  ClearCause cause = ClearCause::kPrecaution;  ///< of a clear
  std::chrono::milliseconds wait{0};           ///< of kBackOff
  bool note_for_next_start = false;  ///< there is evidence; the next process should clear first
  bool again_when_calm = false;      ///< of an end without a model: memory is short, try later
  std::string_view why;              ///< of an end without or with a degraded model
};

/// The whole policy of retry, clearing and fallback. Pure; the loop that carries it out
/// (guarded_loader.h) has no rules of its own. docs/load_policy.md shows it as a table.
///
/// Whatever happens: it ends after at most 12 attempts. Something is cleared at most once, before
/// the first load of the process, and only under active pressure or on evidence. Nobody remote is
/// asked where that is not allowed.
[[nodiscard]] NextStep next_step(const LoadFacts& facts);

/// Whether a clear for this cause is due again: not within 24 h or the same episode of pressure as
/// the last for the same cause (policy seed: the cool-down alone), nor within the cool-down of any.
[[nodiscard]] bool clear_due(ClearCause cause, const LoadMemory& memory,
                             const GuardOptions& options, WallTime now);

}  // namespace papr
