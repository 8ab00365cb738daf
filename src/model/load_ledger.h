// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "../base/state_file.h"
#include "ledger_state.h"
#include "papr/events.h"
#include "verify_model.h"

namespace papr {

struct LedgerParts {
  StateFile* state;   ///< null: nothing is remembered and no file is touched
  EventSink* events;  ///< may be null
  const Clock& clock;
  const GuardOptions& options;
  std::string model;  ///< its key; see model_key.h
};

enum class ClearEnd { kCleared, kNothingThere, kFailed };

/// What a load of one model remembers for the next, in the state file. A state that cannot be read
/// or written is told of with the event "guard_state_unavailable" {reason}: then nothing is
/// remembered, so nothing is cleared, and the load goes on.
///
/// From `begin` to `finish`, or the end of the object, the crash mark of this process stands in the
/// file.
class LoadLedger {
 public:
  explicit LoadLedger(LedgerParts parts);
  ~LoadLedger();
  LoadLedger(const LoadLedger&) = delete;
  LoadLedger& operator=(const LoadLedger&) = delete;

  /// `entries`: the cache entries that are there now.
  void begin(PressureState pressure, const std::vector<std::string>& entries);

  /// Null before `begin`, and where nothing can be remembered.
  [[nodiscard]] const LoadMemory* memory() const { return memory_ ? &*memory_ : nullptr; }
  [[nodiscard]] double budget_ms() const noexcept { return budget_ms_; }

  /// Whether the clear is this process's to do: asked again under the lock, so that of several
  /// processes one clears, and remembered before it is done, so that a crash in it counts too.
  /// Who gets true owes `end_clear`.
  [[nodiscard]] bool claim_clear(ClearCause cause);

  /// Unless it failed, what earlier loads asked for is done with it. Where nothing was cleared, it
  /// is as if it had not been claimed: the limits on clears are on those that cost something.
  void end_clear(ClearCause cause, ClearEnd end);

  void note_rebuild();
  void note_evidence();

  /// The risk is over: `verification` is of the last model that was tried, if there is one.
  void finish(const std::optional<Verification>& verification,
              const std::vector<std::string>& entries);

 private:
  bool change(const std::function<LedgerState(LedgerState)>& edit);
  [[nodiscard]] double plain_budget_ms() const;

  LedgerParts parts_;
  ProcessIdentity me_;
  std::optional<LoadMemory> memory_;
  double budget_ms_;
  std::optional<RareAct> before_claim_;  // the last clear for the same cause
  bool at_risk_ = false;
};

/// Whether an explicit clear may be done.
enum class ClearClaim {
  kGranted,      ///< and remembered, so that its cool-down begins
  kInUse,        ///< a process of ours has or had a model loaded; noted for the next start
  kCoolingDown,  ///< the last clear was not long ago; not asked with `force`
};

struct ClaimRequest {
  const GuardOptions& options;
  bool force = false;      ///< also within the cool-down
  bool had_model = false;  ///< this process: it has or had one loaded
  bool anything = true;    ///< there is something to clear; without, no cool-down begins
};

struct ExplicitClaim {
  ClearClaim claim = ClearClaim::kGranted;
  bool began_cooldown = false;
  std::optional<RareAct> before;  ///< the clear that the last cool-down was of
};

/// Asks for an explicit clear. When it is done, `note_explicit_clear` takes away what earlier loads
/// asked for; when nothing came of it, `withdraw_explicit_clear` ends its cool-down.
/// @error the state file's.
[[nodiscard]] Result<ExplicitClaim> claim_explicit_clear(StateFile& state,
                                                         const ClaimRequest& request,
                                                         const Clock& clock);

/// What `claim_explicit_clear` would say. Changes nothing.
/// @error the state file's.
[[nodiscard]] Result<ExplicitClaim> foresee_explicit_clear(StateFile& state,
                                                           const ClaimRequest& request,
                                                           const Clock& clock);

[[nodiscard]] Result<> withdraw_explicit_clear(StateFile& state, const ExplicitClaim& claim);

[[nodiscard]] Result<> note_explicit_clear(StateFile& state);

/// Takes the crash marks of this process away. For a process that ends on purpose while a load is
/// running, and must not be taken for one that the load has killed.
/// @error the state file's.
[[nodiscard]] Result<> forget_load_marks(StateFile& state);

}  // namespace papr
