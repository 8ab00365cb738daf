// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../pressure/pressure_episode.h"
#include "load_policy.h"
#include "papr/model.h"
#include "process_identity.h"

namespace papr {

/// The key of the guard in the state file.
inline constexpr const char* kLedgerKey = "guard";

/// What the guard keeps in the state file, for all models and processes. Times are of the wall.
struct LedgerState {
  /// A process of ours that has begun a load and, when last heard of, was alive.
  struct Process {
    ProcessIdentity id;
    std::string model;     ///< its key, see model_key.h
    bool at_risk = false;  ///< in the load or first prediction, which may end it: the crash mark
  };
  struct Verified {
    WallTime at{};
    Verification how;
  };
  struct Model {
    WallTime at{};                     ///< of the last change, for forgetting the oldest
    int crashes = 0;                   ///< one after another, without a good load in between
    WallTime crashed_at{};             ///< the last of them
    std::vector<double> warm_ms;       ///< medians of good verifications, newest at the back
    bool verified = false;             ///< the last load of it was good
    std::optional<Verified> last;      ///< the last verification, whatever came of it
    std::vector<std::string> entries;  ///< the cache entries that were there then
    std::optional<RareAct> rebuild;
    bool evidence = false;  ///< a clear is wanted at the next start
  };
  std::vector<Process> processes;
  std::map<std::string, Model> models;
  std::optional<RareAct> precaution_clear;
  std::optional<RareAct> evidence_clear;
  PressureEpisode episode;    ///< the last one
  bool clear_wanted = false;  ///< by a call that came while a model was loaded
};

/// Reads the object of the key. What is damaged in it is left out.
[[nodiscard]] LedgerState parse_ledger(const nlohmann::json& value);
[[nodiscard]] nlohmann::json json_of(const LedgerState& state);

// Decisions on it, all pure.

using AliveCheck = std::function<bool(const ProcessIdentity&)>;

/// As it is in this boot, without the processes that are gone. One that went while it was at risk
/// counts as a crash of its model.
[[nodiscard]] LedgerState settle(LedgerState state, const AliveCheck& alive, std::string boot_id,
                                 WallTime now);

/// With this process at its model, at risk or not.
[[nodiscard]] LedgerState with_process(LedgerState state, const ProcessIdentity& me,
                                       const std::string& model, bool at_risk, WallTime now);

/// With how a model did. Of a good one the time is remembered as well, but only when within the
/// budget of the options: budgets must not creep up after a model that becomes slower each day.
[[nodiscard]] LedgerState with_verified(LedgerState state, const std::string& model,
                                        const Verification& verification, double plain_budget_ms,
                                        std::vector<std::string> entries, WallTime now);

/// What the policy is to know of it. `entries` are those there now; a model counts as verified
/// good only while all that were there at its verification still are.
[[nodiscard]] LoadMemory recall(const LedgerState& state, const ProcessIdentity& me,
                                const std::string& model, const std::vector<std::string>& entries,
                                WallTime now);

/// The budget of one warm prediction: that of the options, or three times the median of what the
/// model was verified with, if that is more.
[[nodiscard]] double budget_ms(double plain_budget_ms, const std::vector<double>& warm_ms);

}  // namespace papr
