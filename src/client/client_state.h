// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "../base/task_threads.h"
#include "../model/latency_breaker.h"
#include "client_parts.h"
#include "hedge_budget.h"
#include "local_model.h"
#include "recent_reading.h"

namespace papr {

/// What the searches of one client share. Owned by the client and by every task of its own.
class ClientState {
 public:
  explicit ClientState(ClientParts given) : parts(std::move(given)) {}

  /// Reads the pressure on this thread; for who has got true from `recent_reading.begin`.
  void read_pressure();

  /// Loads the model on this thread; for who has got true from `begin_load`.
  void load_model();

  /// The loaded model, waited for without limit: for callers that cannot do without.
  /// @error why it cannot be loaded.
  [[nodiscard]] Result<std::shared_ptr<const LoadedLocal>> wait_for_model();

  /// What the breaker learns from a call of the model that began at `start` and ends now.
  void note_model_call(CallRoute route, bool good, SteadyTime start);

  void tell(const Event& event) const { parts.events->on_event(event); }

  const ClientParts parts;
  std::mutex mutex;                 // around everything below
  std::condition_variable changed;  // at every end of a load or of a side of a search
  RecentReading recent_reading;     // of a source that is not quick
  LocalModel local;
  LatencyBreaker breaker{LocalLoad{}.latency_budget};  // anew for every loaded model
  HedgeBudget hedges;
  TaskThreads threads;  // synchronised by itself
};

/// What adding and importing work with.
struct Writer {
  std::shared_ptr<const LoadedLocal> model;
  MemoryStore& store;
};

/// Waits for the model.
/// @error kInvalidArgument  there is no store; else why the model cannot be loaded.
[[nodiscard]] Result<Writer> open_writer(ClientState& state);

}  // namespace papr
