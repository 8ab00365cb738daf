// SPDX-License-Identifier: Apache-2.0
#include "plan_clear.h"

#include <algorithm>
#include <string>
#include <utility>

namespace papr {
namespace {

namespace fs = std::filesystem;

bool may_hold_ours(CacheClass cache_class) {
  return cache_class == CacheClass::kOwn || cache_class == CacheClass::kInterpreter ||
         cache_class == CacheClass::kLegacy;
}

std::string why_not_of_ours(const MeasuredPlace& place) {
  switch (place.cache_class) {
    case CacheClass::kOtherApp:
      return "of another program, " + place.app;
    case CacheClass::kShared:
      return "of all apps of this user; an entry cannot be traced to one";
    case CacheClass::kSystem:
      return "of the system, which protects it";
    case CacheClass::kTemporary:
      return "a leftover of some process";
    default:
      return "";
  }
}

/// Why nothing in the place may go; empty where entries are to be looked at one by one.
std::string why_never(const MeasuredPlace& place) {
  std::string why = why_not_of_ours(place);
  if (place.problem.empty()) return why;
  if (!why.empty()) why += "; ";
  return why + "cannot be read: " + place.problem;
}

/// Why an entry that nobody else's rights speak against is not ours to take; empty: it is.
std::string why_out_of_scope(const MeasuredPlace& place, const CacheEntry& entry, bool ours,
                             const OpenEntries& open, ClearScope scope, WallTime now) {
  if (ours) return "";
  if (place.cache_class == CacheClass::kInterpreter) {
    return "of any program that " + place.app + " runs; not made by a load of ours";
  }
  if (scope == ClearScope::kOurs) return "not made by a load of ours";
  if (!open.unknown.empty()) return "may be open in another program: " + open.unknown;
  // A time that is still to come says that a clock is wrong, not that nobody uses it.
  if (entry.newest_use && now - *entry.newest_use < kUnusedFor) {
    return "used within the last 10 minutes";
  }
  return "";
}

std::string why_kept(const MeasuredPlace& place, const CacheEntry& entry,
                     const CacheOwnership& ownership, const OpenEntries& open, ClearScope scope,
                     WallTime now) {
  const fs::path path = place.address.path() / entry.name;
  const bool ours = place.cache_class == CacheClass::kOwn || ownership.entries.contains(path);
  if (auto why = why_out_of_scope(place, entry, ours, open, scope, now); !why.empty()) return why;
  if (entry.is_link) return "a symbolic link, which is not followed";
  if (entry.of_other_user) return "of another user, or holds a file of one";
  if (!entry.problem.empty()) return "cannot be read: " + entry.problem;
  if (open.paths.contains(path)) return "open in another program";
  return "";
}

}  // namespace

std::string_view name_of(ClearScope scope) noexcept {
  return scope == ClearScope::kOurs ? "ours" : "ours_and_legacy";
}

ClearPlan plan_clear(std::span<const MeasuredPlace> places, const CacheOwnership& ownership,
                     const OpenEntries& open, ClearScope scope, WallTime now) {
  ClearPlan plan;
  for (const MeasuredPlace& place : places) {
    if (auto why = why_never(place); !why.empty()) {
      plan.kept.push_back({place.address.path(), place.cache_class, std::move(why)});
      continue;
    }
    for (const CacheEntry& entry : place.entries) {
      auto why = why_kept(place, entry, ownership, open, scope, now);
      if (why.empty()) {
        plan.entries.push_back({place.address, place.id, entry.name, entry.id, place.cache_class});
      } else {
        plan.kept.push_back({place.address.path() / entry.name, place.cache_class, std::move(why)});
      }
    }
  }
  return plan;
}

std::set<fs::path> new_entries(std::span<const MeasuredPlace> before,
                               std::span<const MeasuredPlace> after) {
  const auto paths_of = [](std::span<const MeasuredPlace> places) {
    std::set<fs::path> paths;
    for (const MeasuredPlace& place : places) {
      if (!may_hold_ours(place.cache_class)) continue;
      for (const CacheEntry& entry : place.entries) {
        paths.insert(place.address.path() / entry.name);
      }
    }
    return paths;
  };
  const auto known = paths_of(before);
  auto found = paths_of(after);
  std::erase_if(found, [&known](const fs::path& path) { return known.contains(path); });
  return found;
}

}  // namespace papr
