// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "plan_clear.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// Why a plan keeps what it keeps, by path.
using Verdicts = std::map<fs::path, std::string_view>;

Verdicts verdicts_of(const ClearPlan& plan) {
  Verdicts verdicts;
  for (const ClearPlan::Kept& one : plan.kept) verdicts.emplace(one.path, one.why);
  return verdicts;
}

std::string why_clearable(const MeasuredPlace& place) {
  switch (place.cache_class) {
    case CacheClass::kOwn:
      return "ours";
    case CacheClass::kLegacy:
      return "nobody has it open or has used it for 10 minutes";
    case CacheClass::kTemporary:
      return "left by processes that are gone";
    default:
      return "made by loads of ours";
  }
}

/// Why each entry goes or stays.
std::vector<CacheItem> items_of(const MeasuredPlace& place, const Verdicts& verdicts) {
  const fs::path path = place.address.path();
  const auto whole = verdicts.find(path);
  std::vector<CacheItem> items;
  for (const CacheEntry& entry : place.entries) {
    const auto kept = whole != verdicts.end() ? whole : verdicts.find(path / entry.name);
    const bool goes = kept == verdicts.end();
    items.push_back({.name = entry.name,
                     .bytes = entry.bytes,
                     .newest_use = entry.newest_use,
                     .clearable = goes,
                     .why = goes ? why_clearable(place) : std::string(kept->second)});
  }
  return items;
}

/// `clearable` and `why` of the whole place, from its items.
void judge(CachePlace& shown, const MeasuredPlace& place, const Verdicts& verdicts) {
  const auto kept = std::ranges::count(shown.items, false, &CacheItem::clearable);
  const auto first_kept = std::ranges::find(shown.items, false, &CacheItem::clearable);
  shown.clearable = kept < std::ssize(shown.items);
  if (shown.clearable) {
    shown.why = why_clearable(place);
    if (kept == 0) return;
    const bool one_reason = std::ranges::all_of(shown.items, [&](const CacheItem& item) {
      return item.clearable || item.why == first_kept->why;
    });
    shown.why += "; not " + std::to_string(kept) + " of " + std::to_string(shown.items.size()) +
                 (one_reason ? ": " + first_kept->why : ", each for its own reason");
  } else if (const auto whole = verdicts.find(shown.path); whole != verdicts.end()) {
    shown.why = whole->second;
  } else {
    shown.why = shown.items.empty() ? "empty" : first_kept->why;
  }
}

}  // namespace

std::vector<CachePlace> describe(std::span<const MeasuredPlace> places, const ClearPlan& plan) {
  const Verdicts verdicts = verdicts_of(plan);
  std::vector<CachePlace> described;
  for (const MeasuredPlace& place : places) {
    CachePlace shown{.path = place.address.path(),
                     .cache_class = place.cache_class,
                     .app = place.app,
                     .os_build = place.os_build,
                     .entries = place.entries.size(),
                     .items = items_of(place, verdicts)};
    for (const CacheEntry& entry : place.entries) {
      shown.bytes += entry.bytes;
      shown.newest_use = std::max(shown.newest_use, entry.newest_use);
    }
    judge(shown, place, verdicts);
    const auto unread = std::ranges::count_if(
        place.entries, [](const CacheEntry& entry) { return !entry.problem.empty(); });
    shown.read_whole = place.problem.empty() && unread == 0;
    if (unread > 0) shown.why += "; not read whole: " + std::to_string(unread) + " entries";
    described.push_back(std::move(shown));
  }
  return described;
}

}  // namespace papr
