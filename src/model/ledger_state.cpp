// SPDX-License-Identifier: Apache-2.0
#include "ledger_state.h"

#include <algorithm>
#include <utility>

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr auto kCrashCounts = 24h;
constexpr std::size_t kModelsKept = 32;
constexpr std::size_t kWarmKept = 5;
// With more, nobody can say that all of them are still there, and that is the safe answer.
constexpr std::size_t kEntriesKept = 256;

LedgerState::Model& touch(LedgerState& state, const std::string& model, WallTime now) {
  LedgerState::Model& touched = state.models[model];
  touched.at = now;
  while (state.models.size() > kModelsKept) {
    auto oldest = state.models.end();
    for (auto at = state.models.begin(); at != state.models.end(); ++at) {
      const bool older = oldest == state.models.end() || at->second.at < oldest->second.at;
      if (at->first != model && older) oldest = at;
    }
    state.models.erase(oldest);
  }
  return touched;
}

bool all_there(const std::vector<std::string>& wanted, const std::vector<std::string>& entries) {
  return wanted.size() <= kEntriesKept && std::ranges::all_of(wanted, [&](const auto& entry) {
           return std::ranges::find(entries, entry) != entries.end();
         });
}

// Either way: the clock may have been set.
bool within(WallTime at, std::chrono::milliseconds span, WallTime now) {
  return (now > at ? now - at : at - now) < span;
}

}  // namespace

LedgerState settle(LedgerState state, const AliveCheck& alive, std::string boot_id, WallTime now) {
  state.episode = in_boot(std::move(state.episode), std::move(boot_id));
  std::erase_if(state.processes, [&](const LedgerState::Process& process) {
    if (alive(process.id)) return false;
    if (process.at_risk) {
      LedgerState::Model& model = touch(state, process.model, now);
      model.crashes = within(model.crashed_at, kCrashCounts, now) ? model.crashes + 1 : 1;
      model.crashed_at = now;
      model.verified = false;
    }
    return true;
  });
  return state;
}

LedgerState with_process(LedgerState state, const ProcessIdentity& me, const std::string& model,
                         bool at_risk, WallTime now) {
  const auto here = std::ranges::find_if(state.processes, [&](const auto& process) {
    return process.id == me && process.model == model;
  });
  if (here != state.processes.end()) {
    here->at_risk = at_risk;
  } else {
    state.processes.push_back({.id = me, .model = model, .at_risk = at_risk});
  }
  (void)touch(state, model, now);
  return state;
}

LedgerState with_verified(LedgerState state, const std::string& model,
                          const Verification& verification, double plain_budget_ms,
                          std::vector<std::string> entries, WallTime now) {
  LedgerState::Model& verified = touch(state, model, now);
  verified.last = {.at = now, .how = verification};
  verified.verified = verification.good();
  if (!verified.verified) return state;
  verified.crashes = 0;
  verified.evidence = false;
  entries.resize(std::min(entries.size(), kEntriesKept + 1));
  verified.entries = std::move(entries);
  if (verification.warm_ms > plain_budget_ms) return state;
  verified.warm_ms.push_back(verification.warm_ms);
  if (verified.warm_ms.size() > kWarmKept) verified.warm_ms.erase(verified.warm_ms.begin());
  return state;
}

LoadMemory recall(const LedgerState& state, const ProcessIdentity& me, const std::string& key,
                  const std::vector<std::string>& entries, WallTime now) {
  LoadMemory memory{.episode = number_at(state.episode, now),
                    .precaution_clear = state.precaution_clear,
                    .evidence_clear = state.evidence_clear};
  memory.in_use_elsewhere =
      std::ranges::any_of(state.processes, [&](const auto& process) { return process.id != me; });
  memory.noted = state.clear_wanted || std::ranges::any_of(state.models, [](const auto& model) {
                   return model.second.evidence;
                 });
  if (const auto found = state.models.find(key); found != state.models.end()) {
    const LedgerState::Model& model = found->second;
    memory.verified_good = model.verified && all_there(model.entries, entries);
    memory.crashes = within(model.crashed_at, kCrashCounts, now) ? model.crashes : 0;
    memory.rebuild = model.rebuild;
  }
  return memory;
}

double budget_ms(double plain_budget_ms, const std::vector<double>& warm_ms) {
  if (warm_ms.empty()) return plain_budget_ms;
  std::vector<double> sorted = warm_ms;
  std::ranges::sort(sorted);
  return std::max(plain_budget_ms, 3 * sorted[sorted.size() / 2]);
}

}  // namespace papr
