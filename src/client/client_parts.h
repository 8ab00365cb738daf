// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "../base/clock.h"
#include "../embed/embedder.h"
#include "papr/client.h"
#include "papr/events.h"
#include "papr/memory_store.h"

namespace papr {

/// What a client is put together from. `Client::open` makes them from paths; a test brings its own.
struct ClientParts {
  Embedder embedder;
  MemoryStore store;
  ModelIdentity identity;  ///< of the embedder's vectors
  std::shared_ptr<const Clock> clock;
  EventSink* events = nullptr;  ///< may be null; outlives the client
};

/// @error kMismatch  the store holds vectors of another model.
[[nodiscard]] Result<Client> make_client(ClientParts parts);

}  // namespace papr
