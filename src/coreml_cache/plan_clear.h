// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <span>
#include <vector>

#include "../base/clock.h"
#include "cache_clear.h"
#include "open_entries.h"
#include "papr/coreml_cache.h"
#include "survey.h"

namespace papr {

/// A legacy entry that was used within this time is in use.
inline constexpr std::chrono::minutes kUnusedFor{10};

/// The same for a compiled model in the temporary folder.
inline constexpr std::chrono::hours kLeakedAfter{24};

/// What beside an *own* place is ours: entries that appeared during our own loads, by path.
struct CacheOwnership {
  std::set<std::filesystem::path> entries;
};

/// What may go, and why the rest stays. Pure. An entry goes only if it is in the scope, is no link,
/// was read whole, is of this user, and no other process has it open. `kShared`, `kSystem` and
/// `kOtherApp` stay in every case, `kTemporary` in all scopes but its own.
[[nodiscard]] ClearPlan plan_clear(std::span<const MeasuredPlace> places,
                                   const CacheOwnership& ownership, const OpenEntries& open,
                                   ClearScope scope, WallTime now);

/// The entries of own, interpreter and legacy places that are in `after` and not in `before`: what
/// a load of ours made. Pure.
[[nodiscard]] std::set<std::filesystem::path> new_entries(std::span<const MeasuredPlace> before,
                                                          std::span<const MeasuredPlace> after);

/// The places as people see them, `clearable` and `why` by what a plan makes of them. Pure.
[[nodiscard]] std::vector<CachePlace> describe(std::span<const MeasuredPlace> places,
                                               const ClearPlan& plan);

}  // namespace papr
