// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "../base/clock.h"

namespace papr {

/// What a store takes from its surroundings. The defaults are what `MemoryStore::open(path)` uses;
/// tests give others.
struct StoreOptions {
  const Clock* clock = nullptr;               ///< must outlive the store; null: the system's
  std::chrono::milliseconds busy_wait{5000};  ///< for another process that holds the store
  std::optional<std::int64_t> max_pages;      ///< as if the disk were full beyond it
};

}  // namespace papr
