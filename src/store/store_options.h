// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "../base/clock.h"
#include "papr/memory_store.h"
#include "papr/result.h"

namespace papr {

/// What a store takes from its surroundings. Tests give other things than the defaults.
struct StoreOptions {
  const Clock* clock = nullptr;               ///< must outlive the store; null: the system's
  std::chrono::milliseconds busy_wait{5000};  ///< for another process that holds the store
  std::optional<std::int64_t> max_pages;      ///< as if the disk were full beyond it
};

/// As MemoryStore::open, which uses the defaults.
[[nodiscard]] Result<MemoryStore> open_store(const std::filesystem::path& path,
                                             const StoreOptions& options);

}  // namespace papr
