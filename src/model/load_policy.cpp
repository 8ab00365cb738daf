// SPDX-License-Identifier: Apache-2.0
#include "load_policy.h"

#include <algorithm>

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum LoadStep;

constexpr auto kRarely = 24h;
constexpr std::ptrdiff_t kBackOffs = 2;
constexpr std::chrono::milliseconds kFirstBackOff = 500ms;
constexpr int kCrashesToStop = 2;  // so many processes died of it: not on the accelerator again

bool is_load(LoadStep step) { return step == kLoad || step == kLoadFresh || step == kLoadOnCpu; }

bool is_clear(LoadStep step) { return step == kClearOurs || step == kClearOursAndLegacy; }

std::ptrdiff_t count(const LoadFacts& facts, LoadStep step) {
  return std::ranges::count(facts.attempts, step, &Attempt::step);
}

/// The load that the loader is at, whether it went well or not; null before the first.
const Attempt* last_load(const LoadFacts& facts) {
  const auto found =
      std::ranges::find_if(facts.attempts.rbegin(), facts.attempts.rend(), is_load, &Attempt::step);
  return found == facts.attempts.rend() ? nullptr : &*found;
}

bool active(const LoadFacts& facts) { return facts.pressure == PressureState::kActive; }

// The wall clock may have been set either way since.
bool within(const std::optional<RareAct>& act, std::chrono::milliseconds span, WallTime now) {
  return act && (now > act->at ? now - act->at : act->at - now) < span;
}

bool rarely(const std::optional<RareAct>& act, std::uint64_t episode, WallTime now) {
  return !within(act, kRarely, now) && !(act && episode != 0 && act->episode == episode);
}

NextStep end_remote(const LoadFacts& facts, std::string_view why, bool again) {
  return {.step = facts.options.cloud_allowed ? kGoRemote : kGiveUp,
          .again_when_calm = again && active(facts),
          .why = why};
}

/// The accelerator will not do. What is left is a slow model that is already here, the CPU, or
/// somebody else.
NextStep without_accelerator(const LoadFacts& facts, std::string_view why, bool slow_model_here) {
  const bool cpu_allowed =
      !facts.options.cloud_allowed || (facts.options.allow_cpu && !active(facts));
  // A right answer that is slow is in hand; another load could only lose it.
  if (cpu_allowed && slow_model_here) return {.step = kUseDegraded, .why = why};
  if (cpu_allowed && count(facts, kLoadOnCpu) == 0) return {.step = kLoadOnCpu};
  return end_remote(facts, why, true);
}

NextStep first_load(const LoadFacts& facts) {
  const int crashes = facts.memory != nullptr ? facts.memory->crashes : 0;
  if (crashes >= kCrashesToStop) {
    return without_accelerator(facts, "loading this model has ended several processes", false);
  }
  return {.step = crashes > 0 && facts.rebuilds ? kLoadFresh : kLoad};
}

NextStep before_first_load(const LoadFacts& facts) {
  const LoadMemory* memory = facts.memory;
  const CacheClearPolicy policy = facts.options.clear;
  if (memory == nullptr || facts.process_had_model || memory->in_use_elsewhere ||
      policy == CacheClearPolicy::kNever || memory->crashes >= kCrashesToStop) {
    return first_load(facts);
  }
  const auto due = [&](ClearCause cause) {
    return clear_due(cause, *memory, facts.options, facts.now);
  };
  if (memory->noted && due(ClearCause::kEvidence)) {
    return {.step = kClearOurs, .cause = ClearCause::kEvidence};
  }
  // After a crash the first load is a new generation, which old entries cannot harm.
  if (active(facts) && memory->crashes == 0 && due(ClearCause::kPrecaution)) {
    if (policy == CacheClearPolicy::kSeed) return {.step = kClearOursAndLegacy};
    if (policy == CacheClearPolicy::kAuto && !memory->verified_good) return {.step = kClearOurs};
  }
  return first_load(facts);
}

NextStep after_shortage(const LoadFacts& facts, std::string_view why) {
  if (active(facts) && facts.options.cloud_allowed) return end_remote(facts, why, true);
  const std::ptrdiff_t waits = count(facts, kBackOff);
  if (waits >= kBackOffs) return without_accelerator(facts, why, false);
  const auto base =
      std::chrono::duration<double, std::milli>(waits == 0 ? kFirstBackOff : kFirstBackOff * 4);
  return {.step = kBackOff,
          .wait = std::chrono::round<std::chrono::milliseconds>(base * (0.5 + facts.jitter))};
}

NextStep after_back_off(const LoadFacts& facts) {
  const Attempt* load = last_load(facts);
  if (load == nullptr) return first_load(facts);
  return {.step = load->outcome == StepOutcome::kDone ? kVerify : load->step};
}

/// What was compiled earlier may be to blame: once, a new generation, and the old goes at the next
/// start.
NextStep after_evidence(const LoadFacts& facts, StepOutcome outcome) {
  // Where nothing is remembered, a model that is merely slow would be built anew at every start.
  const bool rebuild_due =
      outcome == StepOutcome::kBadCacheEntry || outcome == StepOutcome::kEndedItsProcess ||
      (facts.memory == nullptr ? outcome != StepOutcome::kSlow
                               : rarely(facts.memory->rebuild, facts.memory->episode, facts.now));
  const bool rebuild = facts.rebuilds && rebuild_due && count(facts, kLoadFresh) == 0;
  NextStep next = rebuild
                      ? NextStep{.step = kLoadFresh}
                      : without_accelerator(facts, name_of(outcome), outcome == StepOutcome::kSlow);
  next.note_for_next_start =
      facts.memory != nullptr && facts.options.clear != CacheClearPolicy::kNever;
  return next;
}

NextStep after_failure(const LoadFacts& facts, StepOutcome outcome) {
  const std::string_view why = name_of(outcome);
  switch (outcome) {
    case StepOutcome::kTransient:
      return after_shortage(facts, why);
    case StepOutcome::kBadPackage:
      return end_remote(facts, why, false);
    case StepOutcome::kPredictionFailed:
      // A second try of the same model; that one counts for the whole load.
      if (facts.attempts.back().step == kVerify &&
          std::ranges::count(facts.attempts, outcome, &Attempt::outcome) == 1) {
        return {.step = kVerify};
      }
      break;
    case StepOutcome::kBadCacheEntry:
    case StepOutcome::kEndedItsProcess:
    case StepOutcome::kSlow:
    case StepOutcome::kWrongOutput:
      // On the CPU nothing is taken from the accelerator's cache.
      if (last_load(facts)->step != kLoadOnCpu) return after_evidence(facts, outcome);
      return without_accelerator(facts, why, outcome == StepOutcome::kSlow);
    case StepOutcome::kUnfit:
    case StepOutcome::kUnknownError:
    case StepOutcome::kDone:
    case StepOutcome::kGood:
      break;
  }
  NextStep next = without_accelerator(facts, why, false);
  if (outcome == StepOutcome::kUnfit) next.again_when_calm = false;
  return next;
}

}  // namespace

bool clear_due(ClearCause cause, const LoadMemory& memory, const GuardOptions& options,
               WallTime now) {
  if (within(memory.precaution_clear, options.clear_cooldown, now) ||
      within(memory.evidence_clear, options.clear_cooldown, now)) {
    return false;
  }
  if (cause == ClearCause::kEvidence) return rarely(memory.evidence_clear, memory.episode, now);
  return options.clear == CacheClearPolicy::kSeed ||
         rarely(memory.precaution_clear, memory.episode, now);
}

NextStep next_step(const LoadFacts& facts) {
  if (facts.attempts.empty()) return before_first_load(facts);
  const auto [step, outcome] = facts.attempts.back();
  if (is_clear(step)) return first_load(facts);
  if (step == kBackOff) return after_back_off(facts);
  if (is_load(step) && outcome == StepOutcome::kDone) return {.step = kVerify};
  if (step == kVerify && outcome == StepOutcome::kGood) {
    if (last_load(facts)->step != kLoadOnCpu) return {.step = kUse};
    return {.step = kUseDegraded, .why = "it runs on the CPU"};
  }
  return after_failure(facts, outcome);
}

std::string_view name_of(LoadStep step) noexcept {
  switch (step) {
    case kClearOurs:
      return "clear ours";
    case kClearOursAndLegacy:
      return "clear ours and legacy";
    case kLoad:
      return "load";
    case kLoadFresh:
      return "load fresh";
    case kLoadOnCpu:
      return "load on CPU";
    case kBackOff:
      return "back off";
    case kVerify:
      return "verify";
    case kUse:
      return "use";
    case kUseDegraded:
      return "use, degraded";
    case kGoRemote:
      return "cloud";
    case kGiveUp:
      return "error";
  }
  return "unknown";  // Unreachable; no default above, so -Wswitch finds a new value.
}

std::string_view name_of(StepOutcome outcome) noexcept {
  switch (outcome) {
    case StepOutcome::kDone:
      return "done";
    case StepOutcome::kGood:
      return "good";
    case StepOutcome::kSlow:
      return "slower than its budget";
    case StepOutcome::kWrongOutput:
      return "a wrong output";
    case StepOutcome::kBadCacheEntry:
      return "a broken entry in the cache";
    case StepOutcome::kTransient:
      return "no memory or accelerator at the moment";
    case StepOutcome::kUnfit:
      return "unfit for the accelerator";
    case StepOutcome::kPredictionFailed:
      return "a prediction that failed";
    case StepOutcome::kBadPackage:
      return "a package that cannot be used";
    case StepOutcome::kEndedItsProcess:
      return "it ends the process that loads it";
    case StepOutcome::kUnknownError:
      return "an error of unknown cause";
  }
  return "unknown";
}

}  // namespace papr
