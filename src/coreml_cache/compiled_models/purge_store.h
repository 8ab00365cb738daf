// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "model_entry.h"

namespace papr {

/// Takes the lock of the key and removes its entry. Nothing when another has the lock. With `seen`
/// only what still is as it was then: it may have been made anew, or used, before it was locked.
/// @error kUnavailable
[[nodiscard]] Result<std::optional<RemovedEntry>> remove_locked(const SharedStore& store,
                                                                const ModelKey& key, IfUsed if_used,
                                                                const StoredModel* seen = nullptr);

/// Removes what was not used for the longest time until the rest fits, and adds to the report.
void evict(const SharedStore& store, std::uint64_t limit_bytes, PurgeReport& report);

/// As `CompiledModelStore::purge` says.
/// @error kUnavailable
[[nodiscard]] Result<PurgeReport> purge_store(const SharedStore& store, PurgeScope scope,
                                              std::uint64_t limit_bytes);

}  // namespace papr
