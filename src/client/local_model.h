// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "../embed/embedder.h"
#include "papr/memory_store.h"
#include "papr/pressure.h"

namespace papr {

/// A model that is loaded, shared by the searches that run on it.
struct LoadedLocal {
  Embedder embedder;
  ModelIdentity identity;  ///< of its vectors
};

/// How one try to load went. One of `local` and `refusal` is there.
struct LocalLoad {
  std::shared_ptr<const LoadedLocal> local;
  std::optional<Error> refusal;
  bool degraded = false;                          ///< loaded, but not as wanted
  std::string reason;                             ///< of `degraded`
  std::vector<std::string> actions;               ///< what was done on the way
  bool retry_when_calm = false;                   ///< refused because memory is short
  std::chrono::milliseconds latency_budget{150};  ///< of one warm query on this model
  std::optional<Verification> verification;       ///< of the last model that was tried
};

/// Loads the model of a client; blocks for as long as that takes. Called by one thread at a time.
using LocalLoader = std::function<LocalLoad()>;

/// Where the one model of a client stands. Not synchronised; the client's lock is around it.
class LocalModel {
 public:
  enum class State { kUnloaded, kLoading, kReady, kRefused };

  [[nodiscard]] State state() const noexcept { return state_; }
  /// The last load that ended; null before it, and after `unload`.
  [[nodiscard]] const std::shared_ptr<const LocalLoad>& load() const noexcept { return load_; }
  [[nodiscard]] SteadyTime loading_since() const noexcept { return loading_since_; }

  /// Whether a load should begin now: none was tried, or the last was refused and its time has come
  /// (5 s, 10 s ... 5 min later; where memory was short, not while it is).
  [[nodiscard]] bool load_is_due(const PressureReading& reading, SteadyTime now) const;

  /// Who gets true is the one that loads, and owes `end_load`.
  [[nodiscard]] bool begin_load(SteadyTime now);
  void end_load(LocalLoad load, SteadyTime now);

  /// Forgets the model; searches that run on it keep theirs until they end. Freeing takes a while:
  /// what comes back is to be dropped outside of the lock.
  [[nodiscard]] std::shared_ptr<const LocalLoad> unload();

 private:
  State state_ = State::kUnloaded;
  std::shared_ptr<const LocalLoad> load_;
  SteadyTime loading_since_{};
  SteadyTime retry_at_{};
  int refusals_ = 0;  // in a row
};

}  // namespace papr
