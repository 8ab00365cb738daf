// SPDX-License-Identifier: Apache-2.0
#include "plan_clear.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cache_class.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

std::string why_not_of_ours(const MeasuredPlace& place, ClearScope scope) {
  switch (place.cache_class) {
    case CacheClass::kOtherApp:
      return "of another program, " + place.app;
    case CacheClass::kShared:
      return "of all apps of this user; an entry cannot be traced to one";
    case CacheClass::kSystem:
      return "of the system, which protects it";
    case CacheClass::kTemporary:
      return scope == ClearScope::kTemporary ? "" : "leftovers, which are cleared by themselves";
    case CacheClass::kCompiled:
      return "kept by this library, which clears it by itself";
    default:
      return scope == ClearScope::kTemporary ? "no leftover of a process" : "";
  }
}

/// Why nothing in the place may go; empty where entries are to be looked at one by one.
std::string why_never(const MeasuredPlace& place, ClearScope scope) {
  std::string why = why_not_of_ours(place, scope);
  if (place.problem.empty()) return why;
  if (!why.empty()) why += "; ";
  return why + "cannot be read: " + place.problem;
}

std::string why_perhaps_open(const OpenEntries& open) {
  return open.unknown.empty() ? "" : "may be open in another program: " + open.unknown;
}

// A time that is still to come says that a clock is wrong, not that nobody uses it.
bool used_within(std::chrono::milliseconds time, const CacheEntry& entry, WallTime now) {
  return entry.newest_use && now - *entry.newest_use < time;
}

std::string why_legacy_stays(const CacheEntry& entry, const OpenEntries& open, WallTime now) {
  if (auto why = why_perhaps_open(open); !why.empty()) return why;
  return used_within(kUnusedFor, entry, now) ? "used within the last 10 minutes" : "";
}

std::string why_leftover_stays(const CacheEntry& entry, const OpenEntries& open, WallTime now) {
  if (auto why = why_perhaps_open(open); !why.empty()) return why;
  if (entry.maker_pid && open.living.contains(*entry.maker_pid)) {
    return "process " + std::to_string(*entry.maker_pid) + ", which made it, is running";
  }
  return used_within(kLeakedAfter, entry, now) ? "used within the last 24 hours" : "";
}

/// Made by one of our loads, so that it may go although it was used a moment ago.
bool is_ours(const MeasuredPlace& place, bool made_by_us, ClearScope scope) {
  const bool for_us = scope == ClearScope::kOurs || scope == ClearScope::kOursAndLegacy;
  return for_us && (place.cache_class == CacheClass::kOwn || made_by_us);
}

/// Why an entry that nobody else's rights speak against is not to go; empty: it is.
std::string why_out_of_scope(const MeasuredPlace& place, const CacheEntry& entry, bool made_by_us,
                             const OpenEntries& open, ClearScope scope, WallTime now) {
  if (scope == ClearScope::kTemporary) return why_leftover_stays(entry, open, now);
  if (scope == ClearScope::kApp) {
    if (place.cache_class != CacheClass::kOwn) return "not in the folder of that app";
    return why_perhaps_open(open);
  }
  if (is_ours(place, made_by_us, scope)) return "";
  if (place.cache_class == CacheClass::kInterpreter) {
    return "of any program that " + place.app + " runs; not made by a load of ours";
  }
  if (scope == ClearScope::kOurs) return "not made by a load of ours";
  return why_legacy_stays(entry, open, now);
}

std::string why_kept(const MeasuredPlace& place, const CacheEntry& entry,
                     const CacheOwnership& ownership, const OpenEntries& open, ClearScope scope,
                     WallTime now) {
  const fs::path path = place.address.path() / entry.name;
  const bool made_by_us = ownership.entries.contains(path);
  if (auto why = why_out_of_scope(place, entry, made_by_us, open, scope, now); !why.empty()) {
    return why;
  }
  if (entry.is_link) return "a symbolic link, which is not followed";
  if (entry.of_other_user) return "of another user, or holds a file of one";
  if (!entry.problem.empty()) return "cannot be read: " + entry.problem;
  if (open.paths.contains(path)) return "open in another program";
  return "";
}

}  // namespace

std::string_view name_of(ClearScope scope) noexcept {
  switch (scope) {
    case ClearScope::kOurs:
      return "ours";
    case ClearScope::kOursAndLegacy:
      return "ours_and_legacy";
    case ClearScope::kTemporary:
      return "temporary";
    case ClearScope::kApp:
      return "app";
  }
  return "ours";
}

ClearPlan plan_clear(std::span<const MeasuredPlace> places, const CacheOwnership& ownership,
                     const OpenEntries& open, ClearScope scope, WallTime now) {
  ClearPlan plan;
  for (const MeasuredPlace& place : places) {
    if (auto why = why_never(place, scope); !why.empty()) {
      plan.kept.push_back({place.address.path(), place.cache_class, std::move(why)});
      continue;
    }
    for (const CacheEntry& entry : place.entries) {
      const fs::path path = place.address.path() / entry.name;
      auto why = why_kept(place, entry, ownership, open, scope, now);
      if (!why.empty()) {
        plan.kept.push_back({path, place.cache_class, std::move(why)});
        continue;
      }
      const bool ours = is_ours(place, ownership.entries.contains(path), scope);
      plan.entries.push_back({place.address, place.id, entry.name, entry.id, place.cache_class,
                              ours ? std::nullopt : entry.newest_use});
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
