// SPDX-License-Identifier: Apache-2.0
#include "plan_clear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace papr {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const WallTime kNow{std::chrono::hours(500'000)};
constexpr CacheClass kClasses[] = {
    CacheClass::kOwn,    CacheClass::kInterpreter, CacheClass::kLegacy,    CacheClass::kOtherApp,
    CacheClass::kShared, CacheClass::kSystem,      CacheClass::kTemporary, CacheClass::kCompiled};
constexpr ClearScope kScopes[] = {ClearScope::kOurs, ClearScope::kOursAndLegacy,
                                  ClearScope::kTemporary, ClearScope::kApp};

CacheEntry entry_of(const std::string& name) {
  return {.name = name, .id = {1, 2}, .bytes = 4096, .newest_use = kNow - 1h};
}

MeasuredPlace place_of(CacheClass cache_class, std::vector<CacheEntry> entries) {
  return {.address = {"/c", fs::path(name_of(cache_class))},
          .cache_class = cache_class,
          .app = "app",
          .id = {1, 1},
          .entries = std::move(entries)};
}

fs::path path_of(CacheClass cache_class) { return fs::path("/c") / name_of(cache_class) / "e"; }

bool goes(const ClearPlan& plan) {
  EXPECT_EQ(plan.entries.size() + plan.kept.size(), 1U);
  for (const auto& one : plan.kept) EXPECT_FALSE(one.why.empty());
  return !plan.entries.empty();
}

TEST(PlanClear, GoesByClassOwnershipScopeUseAndReadabilityInEveryCombination) {
  for (const CacheClass cache_class : kClasses) {
    for (unsigned bits = 0; bits < 256; ++bits) {
      const auto bit = [bits](unsigned at) { return (bits >> at & 1) != 0; };
      const bool owned = bit(0), legacy_scope = bit(1), fresh = bit(2), open = bit(3);
      const bool link = bit(4), foreign = bit(5), unread = bit(6), unknown = bit(7);
      CacheEntry entry = entry_of("e");
      if (fresh) entry.newest_use = kNow - 10min + 1ms;
      entry.is_link = link;
      entry.of_other_user = foreign;
      if (unread) entry.problem = "no";
      CacheOwnership ownership;
      if (owned) ownership.entries.insert(path_of(cache_class));
      OpenEntries open_entries;
      if (open) open_entries.paths.insert(path_of(cache_class));
      if (unknown) open_entries.unknown = "cannot tell";
      const std::vector places{place_of(cache_class, {entry})};
      const auto plan =
          plan_clear(places, ownership, open_entries,
                     legacy_scope ? ClearScope::kOursAndLegacy : ClearScope::kOurs, kNow);
      const bool ours =
          cache_class == CacheClass::kOwn || (owned && (cache_class == CacheClass::kInterpreter ||
                                                        cache_class == CacheClass::kLegacy));
      const bool unused_legacy =
          cache_class == CacheClass::kLegacy && legacy_scope && !fresh && !unknown;
      const bool sound = !open && !link && !foreign && !unread;
      EXPECT_EQ(goes(plan), (ours || unused_legacy) && sound)
          << name_of(cache_class) << " " << bits;
    }
  }
}

TEST(PlanClear, WhatIsOfOthersStaysInEveryScopeWhateverIsRemembered) {
  for (const ClearScope scope : kScopes) {
    for (const CacheClass cache_class :
         {CacheClass::kOtherApp, CacheClass::kShared, CacheClass::kSystem, CacheClass::kCompiled}) {
      CacheEntry old = entry_of("e");
      old.newest_use = kNow - 10'000h;
      const std::vector places{place_of(cache_class, {old})};
      EXPECT_FALSE(goes(plan_clear(places, {{path_of(cache_class)}}, {}, scope, kNow)))
          << name_of(cache_class) << " " << name_of(scope);
    }
  }
}

TEST(PlanClear, AScopeTakesItsOwnClassesAndOnlyOursWhenJustUsed) {
  for (const ClearScope scope : kScopes) {
    for (const CacheClass cache_class : kClasses) {
      CacheEntry old = entry_of("e");
      old.newest_use = kNow - 25h;
      const std::vector places{place_of(cache_class, {old})};
      const auto plan = plan_clear(places, {}, {}, scope, kNow);
      const bool own = cache_class == CacheClass::kOwn && scope != ClearScope::kTemporary;
      const bool unused =
          (cache_class == CacheClass::kLegacy && scope == ClearScope::kOursAndLegacy) ||
          (cache_class == CacheClass::kTemporary && scope == ClearScope::kTemporary);
      ASSERT_EQ(goes(plan), own || unused) << name_of(cache_class) << " " << name_of(scope);
      if (plan.entries.empty()) continue;
      const bool ours = own && scope != ClearScope::kApp;
      EXPECT_EQ(plan.entries[0].unused_since, ours ? std::nullopt : old.newest_use);
    }
  }
}

TEST(PlanClear, TenMinutesAreEnoughAndATimeToComeIsInUse) {
  const auto plan_at = [](WallTime used) {
    CacheEntry entry = entry_of("e");
    entry.newest_use = used;
    const std::vector places{place_of(CacheClass::kLegacy, {entry})};
    return plan_clear(places, {}, {}, ClearScope::kOursAndLegacy, kNow);
  };
  EXPECT_TRUE(goes(plan_at(kNow - 10min)));
  EXPECT_FALSE(goes(plan_at(kNow - 10min + 1ms)));
  EXPECT_FALSE(goes(plan_at(kNow + 1h)));
}

TEST(PlanClear, AnUnreadablePlaceIsKeptAsAWholeAndSaysWhy) {
  for (const CacheClass cache_class : kClasses) {
    auto place = place_of(cache_class, {});
    place.problem = "Permission denied";
    const std::vector places{place};
    const auto plan = plan_clear(places, {}, {}, ClearScope::kOursAndLegacy, kNow);
    ASSERT_EQ(plan.kept.size(), 1U);
    EXPECT_EQ(plan.kept[0].path, place.address.path());
    EXPECT_NE(plan.kept[0].why.find("cannot be read: Permission denied"), std::string::npos);
  }
}

TEST(PlanClear, AnEntryCarriesWhatMustStillBeThere) {
  const std::vector places{place_of(CacheClass::kOwn, {entry_of("e")})};
  const auto plan = plan_clear(places, {}, {}, ClearScope::kOurs, kNow);
  ASSERT_EQ(plan.entries.size(), 1U);
  EXPECT_EQ(plan.entries[0].place.path(), "/c/own");
  EXPECT_EQ(plan.entries[0].place_id, (FileId{1, 1}));
  EXPECT_EQ(plan.entries[0].id, (FileId{1, 2}));
}

TEST(NewEntries, AreThoseOfPlacesThatCanHoldOurs) {
  for (const CacheClass cache_class : kClasses) {
    const std::vector before{place_of(cache_class, {entry_of("old")})};
    const std::vector after{place_of(cache_class, {entry_of("e"), entry_of("old")})};
    const bool can = cache_class == CacheClass::kOwn || cache_class == CacheClass::kInterpreter ||
                     cache_class == CacheClass::kLegacy;
    const auto found = new_entries(before, after);
    EXPECT_EQ(found, can ? std::set{path_of(cache_class)} : std::set<fs::path>{})
        << name_of(cache_class);
    EXPECT_TRUE(new_entries(after, before).empty());
  }
}

TEST(Describe, AddsUpAndSaysWhyOfEachPlace) {
  CacheEntry used = entry_of("used");
  used.newest_use = kNow - 1min;
  CacheEntry unread = entry_of("unread");
  unread.problem = "no";
  const std::vector places{
      place_of(CacheClass::kOwn, {entry_of("e"), entry_of("f"), unread}),
      place_of(CacheClass::kInterpreter, {}),
      place_of(CacheClass::kLegacy, {used}),
      place_of(CacheClass::kShared, {entry_of("e")}),
  };
  const auto shown = describe(places, plan_clear(places, {}, {}, ClearScope::kOursAndLegacy, kNow));
  ASSERT_EQ(shown.size(), 4U);
  EXPECT_EQ(shown[0].bytes, 3 * 4096U);
  EXPECT_EQ(shown[0].entries, 3U);
  EXPECT_TRUE(shown[0].clearable);
  EXPECT_FALSE(shown[0].read_whole);
  EXPECT_EQ(shown[0].why, "ours; not 1 of 3: cannot be read: no; not read whole: 1 entries");
  EXPECT_EQ(shown[1].why, "empty");
  EXPECT_EQ(shown[1].newest_use, std::nullopt);
  EXPECT_FALSE(shown[2].clearable);
  EXPECT_EQ(shown[2].why, "used within the last 10 minutes");
  EXPECT_EQ(shown[2].newest_use, kNow - 1min);
  EXPECT_FALSE(shown[3].clearable);
  EXPECT_TRUE(shown[3].read_whole);
}

}  // namespace
}  // namespace papr
