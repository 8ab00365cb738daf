// SPDX-License-Identifier: Apache-2.0
#include "load_ledger.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "../base/boot_id.h"

namespace papr {
namespace {

Result<> edit_ledger(StateFile& file, const std::function<LedgerState(LedgerState)>& edit) {
  return file.update([&](nlohmann::json& state) -> Result<> {
    state[kLedgerKey] = json_of(edit(parse_ledger(state.value(kLedgerKey, nlohmann::json()))));
    return {};
  });
}

LedgerState as_of_now(LedgerState state, WallTime now) {
  return settle(std::move(state), is_alive, boot_id().value_or(""), now);
}

/// What earlier loads asked for is done with any clear.
LedgerState without_notes(LedgerState state) {
  state.clear_wanted = false;
  for (auto& [key, model] : state.models) model.evidence = false;
  return state;
}

std::optional<RareAct>& last_clear(LedgerState& state, ClearCause cause) {
  return cause == ClearCause::kEvidence ? state.evidence_clear : state.precaution_clear;
}

ClearClaim verdict_on(const ClaimRequest& request, const LoadMemory& memory, WallTime now) {
  if (request.had_model || memory.in_use_elsewhere) return ClearClaim::kInUse;
  if (request.force || !request.anything) return ClearClaim::kGranted;
  // Of the limits on clears the cool-down is the only one that holds for a person's call.
  GuardOptions cooldown_alone = request.options;
  cooldown_alone.clear = CacheClearPolicy::kSeed;
  return clear_due(ClearCause::kPrecaution, memory, cooldown_alone, now) ? ClearClaim::kGranted
                                                                         : ClearClaim::kCoolingDown;
}

}  // namespace

LoadLedger::LoadLedger(LedgerParts parts)
    : parts_(std::move(parts)), budget_ms_(plain_budget_ms()) {}

LoadLedger::~LoadLedger() {
  try {
    finish(std::nullopt, {});
  } catch (const std::exception&) {
    // As when memory runs out: then the mark stays, and the next load is as after a crash.
  }
}

double LoadLedger::plain_budget_ms() const {
  return static_cast<double>(parts_.options.latency_budget.count());
}

bool LoadLedger::change(const std::function<LedgerState(LedgerState)>& edit) {
  if (parts_.state == nullptr) return false;
  const auto changed = edit_ledger(*parts_.state, edit);
  if (changed) return true;
  memory_.reset();
  if (parts_.events != nullptr) {
    parts_.events->on_event(
        {.name = "guard_state_unavailable", .fields = {{"reason", changed.error().message}}});
  }
  return false;
}

void LoadLedger::begin(PressureState pressure, const std::vector<std::string>& entries) {
  if (parts_.state == nullptr) return;
  me_ = current_process();
  std::optional<LoadMemory> memory;
  double budget = budget_ms_;
  const bool marked = change([&](LedgerState state) {
    const WallTime now = parts_.clock.wall_now();
    state = as_of_now(std::move(state), now);
    state.episode = after_reading(std::move(state.episode), pressure, now);
    memory = recall(state, me_, parts_.model, entries, now);
    budget = papr::budget_ms(plain_budget_ms(), state.models[parts_.model].warm_ms);
    return with_process(std::move(state), me_, parts_.model, true, now);
  });
  if (!marked) return;
  memory_ = memory;
  budget_ms_ = budget;
  at_risk_ = true;
}

bool LoadLedger::claim_clear(ClearCause cause) {
  bool ours = false;
  const bool written = change([&](LedgerState state) {
    const WallTime now = parts_.clock.wall_now();
    const LoadMemory memory = recall(state, me_, parts_.model, {}, now);
    ours = !memory.in_use_elsewhere && clear_due(cause, memory, parts_.options, now);
    if (!ours) return state;
    before_claim_ =
        std::exchange(last_clear(state, cause), RareAct{.at = now, .episode = memory.episode});
    return state;
  });
  return written && ours;
}

void LoadLedger::end_clear(ClearCause cause, ClearEnd end) {
  (void)change([&](LedgerState state) {
    if (end != ClearEnd::kCleared) last_clear(state, cause) = before_claim_;
    return end == ClearEnd::kFailed ? state : without_notes(std::move(state));
  });
}

void LoadLedger::note_rebuild() {
  if (!memory_) return;
  (void)change([&](LedgerState state) {
    const RareAct act{.at = parts_.clock.wall_now(), .episode = memory_->episode};
    state.models[parts_.model].rebuild = act;
    return state;
  });
}

void LoadLedger::note_evidence() {
  if (!memory_) return;
  (void)change([&](LedgerState state) {
    state.models[parts_.model].evidence = true;
    state.models[parts_.model].verified = false;
    return state;
  });
}

void LoadLedger::finish(const std::optional<Verification>& verification,
                        const std::vector<std::string>& entries) {
  if (!at_risk_) return;
  at_risk_ = false;
  (void)change([&](LedgerState state) {
    const WallTime now = parts_.clock.wall_now();
    state = with_process(std::move(state), me_, parts_.model, false, now);
    if (!verification) return state;
    return with_verified(std::move(state), parts_.model, *verification, plain_budget_ms(), entries,
                         now);
  });
}

Result<ExplicitClaim> claim_explicit_clear(StateFile& file, const ClaimRequest& request,
                                           const Clock& clock) {
  ExplicitClaim claim;
  const auto changed = edit_ledger(file, [&](LedgerState state) {
    const WallTime now = clock.wall_now();
    state = as_of_now(std::move(state), now);
    const LoadMemory memory = recall(state, current_process(), "", {}, now);
    claim = {.claim = verdict_on(request, memory, now)};
    if (claim.claim == ClearClaim::kInUse) {
      state.clear_wanted = request.options.clear != CacheClearPolicy::kNever;
    } else if (claim.claim == ClearClaim::kGranted && request.anything) {
      claim.began_cooldown = true;
      claim.before =
          std::exchange(state.precaution_clear, RareAct{.at = now, .episode = memory.episode});
    }
    return state;
  });
  if (!changed) return std::unexpected(changed.error());
  return claim;
}

Result<ExplicitClaim> foresee_explicit_clear(StateFile& file, const ClaimRequest& request,
                                             const Clock& clock) {
  const auto state = file.read();
  if (!state) return std::unexpected(state.error());
  const WallTime now = clock.wall_now();
  const LedgerState ledger =
      as_of_now(parse_ledger(state->value(kLedgerKey, nlohmann::json())), now);
  return ExplicitClaim{
      .claim = verdict_on(request, recall(ledger, current_process(), "", {}, now), now)};
}

Result<> withdraw_explicit_clear(StateFile& file, const ExplicitClaim& claim) {
  return edit_ledger(file, [&](LedgerState state) {
    state.precaution_clear = claim.before;
    return state;
  });
}

Result<> note_explicit_clear(StateFile& state) { return edit_ledger(state, without_notes); }

Result<> forget_load_marks(StateFile& state) {
  return edit_ledger(state, [me = current_process()](LedgerState ledger) {
    for (LedgerState::Process& process : ledger.processes) {
      if (process.id == me) process.at_risk = false;
    }
    return ledger;
  });
}

}  // namespace papr
