// SPDX-License-Identifier: Apache-2.0
#include "open.h"

#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "../base/state_file.h"
#include "../cloud/cloud_client.h"
#include "../embed/open_embedder.h"
#include "../model/guarded_loader.h"
#include "../model/model_backend.h"
#include "../pressure/memory_source.h"
#include "../pressure/pressure_meter.h"
#include "client_parts.h"

namespace papr {
namespace {

// What loading works with. The loader that the client holds owns it.
struct LoadKit {
  std::filesystem::path package;
  std::filesystem::path compiled_models;
  std::shared_ptr<MemoryStore> store;
  std::unique_ptr<ModelBackend> backend;
  std::shared_ptr<StateFile> state;  // null: nothing is remembered
  std::shared_ptr<PressureMeter> pressure;
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<DetachableSink> events;
  GuardOptions guard;
};

/// A backend whose loads are guarded, for open_embedder to load through.
class GuardedBackend final : public ModelBackend {
 public:
  explicit GuardedBackend(LoadKit& kit)
      : backend_(*kit.backend),
        loader_({.backend = *kit.backend,
                 .pressure = *kit.pressure,
                 .clock = kit.clock,
                 .state = kit.state.get(),
                 .events = kit.events.get(),
                 .probe = make_model_probe(kit.guard.probe_command, kit.compiled_models)},
                kit.guard) {}

  std::string_view name() const noexcept override { return backend_.name(); }

  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& package,
                                            const LoadOptions&) override {
    outcome = loader_.load(package);
    if (outcome.model) return std::move(outcome.model);
    return std::unexpected(error_of(outcome, package));
  }

  LoadOutcome outcome;  // of the last load; its model has been handed on

 private:
  ModelBackend& backend_;
  GuardedLoader loader_;
};

LocalLoad load_local(LoadKit& kit) {
  GuardedBackend backend(kit);
  auto opened = open_embedder(backend, kit.package);
  LocalLoad load{.local = nullptr,
                 .refusal = {},
                 .degraded = backend.outcome.degraded,
                 .reason = backend.outcome.reason,
                 .actions = backend.outcome.actions,
                 .retry_when_calm = backend.outcome.retry_when_calm,
                 .latency_budget = kit.guard.latency_budget,
                 .verification = backend.outcome.verification};
  if (load.verification) {
    load.latency_budget = std::chrono::milliseconds(std::llround(load.verification->budget_ms));
  }
  if (!opened) {
    load.refusal = opened.error();
    return load;
  }
  const std::size_t dim = opened->embedder.shape().dim;
  const ModelIdentity identity{.fingerprint = std::move(opened->fingerprint), .dim = dim};
  if (kit.store) {
    // Asked with no rows, this only compares the identities.
    if (const auto matches = kit.store->unchanged(identity, {}); !matches) {
      load.refusal = matches.error();
      return load;
    }
  }
  load.local = std::make_shared<const LoadedLocal>(std::move(opened->embedder), identity);
  return load;
}

LocalLoad no_model() {
  LocalLoad load;
  load.refusal = Error{ErrorCode::kInvalidArgument, "no model given",
                       "name a .mlpackage with --model or in PAPR_MODEL"};
  return load;
}

}  // namespace

Result<Client> open_client(const ClientOptions& options, const MakeModelBackend& make_backend) {
  ClientParts parts{.clock = std::make_shared<const SystemClock>(),
                    .events = std::make_shared<DetachableSink>(options.events),
                    .cloud_use = options.cloud_use,
                    .hedge_after = options.hedge_after,
                    .unload_on_critical = options.unload_on_critical};
  // The store first: it opens in milliseconds, and its errors need no model to be seen.
  if (!options.store.empty()) {
    auto store = MemoryStore::open(options.store);
    if (!store) return std::unexpected(store.error());
    parts.store = std::make_shared<MemoryStore>(std::move(*store));
  }
  auto source = make_memory_source(options.pressure.source);
  if (!source) return std::unexpected(source.error());
  // Where nothing is measured there is nothing to remember, and no file is touched.
  const bool measured = (*source)->name() != "none";
  const bool remembers = measured && !options.state_file.empty();
  if (remembers) parts.state = std::make_shared<StateFile>(options.state_file, parts.events.get());
  parts.pressure =
      std::make_shared<PressureMeter>(PressureMeterParts{.source = std::move(*source),
                                                         .thresholds = options.pressure.thresholds,
                                                         .clock = parts.clock,
                                                         .state = parts.state.get(),
                                                         .events = parts.events.get()});
  if (measured) {
    parts.watch = [pressure = options.pressure](PressureMonitor::Listener listener) {
      return PressureMonitor::start({.pressure = pressure}, std::move(listener));
    };
  }
  if (options.cloud) {
    parts.cloud = std::make_shared<CloudClient>(*options.cloud, make_curl_transport(), parts.clock);
  }
  if (options.model.empty()) {
    parts.load = no_model;
    return make_client(std::move(parts));
  }
  auto backend = make_backend({.threads = options.threads,
                               .compiled_models = options.compiled_models,
                               .events = parts.events});
  auto kit = std::make_shared<LoadKit>(LoadKit{.package = options.model,
                                               .compiled_models = options.compiled_models,
                                               .store = parts.store,
                                               .backend = std::move(backend),
                                               .state = parts.state,
                                               .pressure = parts.pressure,
                                               .clock = parts.clock,
                                               .events = parts.events,
                                               .guard = options.guard});
  kit->guard.cloud_allowed = parts.cloud != nullptr && options.cloud_use != CloudUse::kNever;
  parts.load = [kit] { return load_local(*kit); };
  return make_client(std::move(parts));
}

Result<Client> Client::open(const ClientOptions& options) {
  return open_client(options, make_system_model_backend);
}

}  // namespace papr
