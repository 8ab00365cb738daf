// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "../base/task_threads.h"
#include "../model/latency_breaker.h"
#include "client_parts.h"
#include "hedge_budget.h"
#include "local_model.h"
#include "recent_reading.h"

namespace papr {

/// What the searches of one client share. Owned by the client and by every task of its own.
class ClientState : public std::enable_shared_from_this<ClientState> {
 public:
  explicit ClientState(ClientParts given) : parts(std::move(given)) {}

  /// Reads the pressure on this thread; for who has got true from `recent_reading.begin`.
  void read_pressure();

  /// Loads the model on this thread; for who has got true from `begin_load`.
  void load_model();

  /// Watches memory from now on, without waiting for searches: frees the model while memory is
  /// critical, where that was asked for and the cloud answers meanwhile, and loads it again when it
  /// is calm; likewise a model that could not be loaded because memory was short. Once is enough.
  void watch_memory();

  /// For good, as the client is gone.
  void stop_watching();

  /// Frees the model, to be loaded again when memory is calm; under the lock. What comes back is to
  /// be dropped outside of it.
  [[nodiscard]] std::shared_ptr<const LocalLoad> unload();

  /// Nobody waits for the load any more, if one is running: a process that ends now has ended on
  /// purpose, and was not killed by the load.
  void give_up_load();

  /// The loaded model, waited for without limit: for callers that cannot do without.
  /// @error why it cannot be loaded.
  [[nodiscard]] Result<std::shared_ptr<const LoadedLocal>> wait_for_model();

  /// The model is free again, after a call that ended so; the breaker learns how long it took.
  void end_model_call(CallRoute route, const Result<>& outcome);

  void tell(const Event& event) const { parts.events->on_event(event); }

  const ClientParts parts;
  std::mutex mutex;  // around everything below, but for what is synchronised by itself
  std::condition_variable changed;  // at every end of a load or of a side of a search
  RecentReading recent_reading;     // of a source that is not quick
  LocalModel local;
  /// Since when the model is at its one call, if it is. One at a time: the runtime would let others
  /// wait, and their wait would look like slowness; and of a model that hangs one thread is enough.
  std::optional<SteadyTime> model_call_since;
  LatencyBreaker breaker{LocalLoad{}.latency_budget};  // anew for every loaded model
  HedgeBudget hedges;
  TaskThreads threads;  // synchronised by itself

 private:
  void on_memory(const PressureReading& reading);
  void free_model(const PressureReading& reading);
  void load_in_background();

  bool reload_when_calm_ = false;  // the model was freed for want of memory
  std::mutex watch_mutex_;         // around what follows; never held with the other
  std::optional<PressureMonitor> watch_;
  bool watch_ended_ = false;
};

/// Waits for its turn at the model, and has it until destroyed.
class ModelTurn {
 public:
  explicit ModelTurn(ClientState& state);
  ~ModelTurn();
  ModelTurn(const ModelTurn&) = delete;
  ModelTurn& operator=(const ModelTurn&) = delete;

 private:
  ClientState& state_;
};

/// What adding and importing work with.
struct Writer {
  /// Of one text, or of a span of them.
  auto embed(const auto& text) const {
    const ModelTurn turn(state);
    return model->embedder.embed(text);
  }

  std::shared_ptr<const LoadedLocal> model;
  MemoryStore& store;
  ClientState& state;
};

/// Waits for the model.
/// @error kInvalidArgument  there is no store; else why the model cannot be loaded.
[[nodiscard]] Result<Writer> open_writer(ClientState& state);

}  // namespace papr
