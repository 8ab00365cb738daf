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

/// What a plan says, by path.
struct Verdicts {
  std::set<fs::path> places_with_work;
  std::map<fs::path, std::string_view> kept;
};

Verdicts verdicts_of(const ClearPlan& plan) {
  Verdicts verdicts;
  for (const ClearPlan::Entry& entry : plan.entries) {
    verdicts.places_with_work.insert(entry.place.path());
  }
  for (const ClearPlan::Kept& one : plan.kept) verdicts.kept.emplace(one.path, one.why);
  return verdicts;
}

std::string why_clearable(const MeasuredPlace& place) {
  switch (place.cache_class) {
    case CacheClass::kOwn:
      return "ours";
    case CacheClass::kLegacy:
      return "nobody has it open or has used it for 10 minutes";
    default:
      return "made by loads of ours";
  }
}

/// `clearable` and `why`.
void judge(CachePlace& shown, const MeasuredPlace& place, const Verdicts& verdicts) {
  std::size_t kept_entries = 0;
  std::string why_kept;
  for (const CacheEntry& entry : place.entries) {
    const auto found = verdicts.kept.find(shown.path / entry.name);
    if (found != verdicts.kept.end() && kept_entries++ == 0) why_kept = found->second;
  }
  shown.clearable = verdicts.places_with_work.contains(shown.path);
  if (shown.clearable) {
    shown.why = why_clearable(place);
    if (kept_entries == 0) return;
    shown.why += "; not " + std::to_string(kept_entries) + " of " +
                 std::to_string(place.entries.size()) + ": " + why_kept;
  } else if (const auto whole = verdicts.kept.find(shown.path); whole != verdicts.kept.end()) {
    shown.why = whole->second;
  } else {
    shown.why = place.entries.empty() ? "empty" : why_kept;
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
                     .entries = place.entries.size()};
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
