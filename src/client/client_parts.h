// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "../base/clock.h"
#include "../base/detachable_sink.h"
#include "../base/state_file.h"
#include "../cloud/cloud_client.h"
#include "../pressure/pressure_meter.h"
#include "local_model.h"
#include "papr/client.h"
#include "papr/pressure_monitor.h"

namespace papr {

/// Starts a watch on memory.
using StartWatch = std::function<Result<PressureMonitor>(PressureMonitor::Listener)>;

/// What a client is put together from. `Client::open` makes them from options; a test brings its
/// own. Everything is shared, since work that hangs may outlive the client.
struct ClientParts {
  LocalLoader load;
  std::shared_ptr<MemoryStore> store;       ///< null: nothing local to search or to add to
  std::shared_ptr<CloudClient> cloud;       ///< null: nobody to be asked but this machine
  std::shared_ptr<PressureMeter> pressure;  ///< null: always calm
  StartWatch watch;                         ///< null: nobody sees memory but searches and loads
  std::shared_ptr<StateFile> state;         ///< of loader and meter; null: nothing is remembered
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<DetachableSink> events;

  CloudUse cloud_use = CloudUse::kAuto;
  std::chrono::milliseconds hedge_after{400};
  bool unload_on_critical = false;
};

[[nodiscard]] Client make_client(ClientParts parts);

}  // namespace papr
