// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

#include "../base/clock.h"
#include "cache_clear.h"
#include "plan_clear.h"
#include "survey.h"

namespace papr {

/// The key of this module in the state file.
inline constexpr const char* kCacheStateKey = "cache";

/// What the state file remembers of caches:
/// {"entries": ["/…"], "clears": [{"at", "scope", "freed_bytes", "caches_dir"}]}, `at` in
/// milliseconds since 1970.
struct CacheState {
  struct Clear {
    WallTime at;
    ClearScope scope = ClearScope::kOurs;
    std::uint64_t freed_bytes = 0;
    std::filesystem::path caches_dir;
    bool operator==(const Clear&) const = default;
  };
  CacheOwnership ownership;
  std::vector<Clear> clears;  ///< oldest first, the newest 64
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

/// The newest explicit clear of that caches folder, if it was less than `cooldown` ago. Pure. One
/// in the future says that the clock was turned back, and does not count.
[[nodiscard]] std::optional<CacheState::Clear> clear_within(const CacheState& state,
                                                            const std::filesystem::path& caches_dir,
                                                            std::chrono::milliseconds cooldown,
                                                            WallTime now);

/// The state after a clear. Pure. A dry run changes nothing, and one that cleared nothing is not
/// worth remembering.
[[nodiscard]] CacheState record_clear(CacheState state, const ClearReport& report, ClearScope scope,
                                      const std::filesystem::path& caches_dir, WallTime now);

}  // namespace papr
