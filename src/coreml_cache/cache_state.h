// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "../base/state_file.h"
#include "cache_clear.h"
#include "plan_clear.h"
#include "survey.h"

namespace papr {

/// The key of this module in the state file.
inline constexpr const char* kCacheStateKey = "cache";

/// What the state file remembers of caches: {"entries": ["/…"]}.
struct CacheState {
  CacheOwnership ownership;
};

/// Reads the object of the key. What is damaged in it is left out: an entry that is not known to be
/// ours is not cleared.
[[nodiscard]] CacheState parse_cache_state(const nlohmann::json& value);
[[nodiscard]] nlohmann::json json_of(const CacheState& state);

/// The state after a load of ours that found `before` and left `after`. Pure.
[[nodiscard]] CacheState record_new_entries(CacheState state, std::span<const MeasuredPlace> before,
                                            std::span<const MeasuredPlace> after);

/// Remembers in the state file which entries are there now and were not in `before`, which was
/// surveyed with Breadth::kMayClear before a load of ours.
/// @error as `survey` and StateFile::update.
[[nodiscard]] Result<> remember_new_entries(StateFile& file, const CacheOptions& options,
                                            std::span<const MeasuredPlace> before);

/// The state after a clear: without what is gone. Pure. A dry run changes nothing.
[[nodiscard]] CacheState record_clear(CacheState state, const ClearReport& report);

}  // namespace papr
