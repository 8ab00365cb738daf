// SPDX-License-Identifier: Apache-2.0
#include "cache_state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fake_caches.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const WallTime kNow{std::chrono::hours(500'000)};

CacheState cleared_at(WallTime at, ClearScope scope = ClearScope::kOursAndLegacy) {
  return {.clears = {{at, scope, 1000, "/c"}}};
}

TEST(CacheState, IsReadBackAsItWasWritten) {
  CacheState state = cleared_at(kNow, ClearScope::kOurs);
  state.clears.push_back({kNow + 1ms, ClearScope::kOursAndLegacy, ~std::uint64_t{0}, "/d"});
  state.ownership.entries = {"/c/a", "/c/b"};
  const auto again = parse_cache_state(json::parse(json_of(state).dump()));
  EXPECT_EQ(again.ownership.entries, state.ownership.entries);
  EXPECT_EQ(again.clears, state.clears);
}

TEST(CacheState, WhatIsDamagedIsLeftOutAndTheRestRead) {
  for (const char* const damage : {"null", "3", "[]", R"({"entries": 3, "clears": {}})"}) {
    const auto state = parse_cache_state(json::parse(damage));
    EXPECT_TRUE(state.ownership.entries.empty()) << damage;
    EXPECT_TRUE(state.clears.empty()) << damage;
  }
  const auto state = parse_cache_state(json::parse(R"({
      "entries": ["/c/a", 3, null, ["/c/b"]],
      "clears": [3, {}, {"at": -1, "scope": "ours", "freed_bytes": 1},
                 {"at": 1e300, "scope": "ours", "freed_bytes": 1},
                 {"at": 9999999999999999, "scope": "ours", "freed_bytes": 1},
                 {"at": 5, "scope": "all", "freed_bytes": 1},
                 {"at": 5, "scope": "ours", "freed_bytes": -1},
                 {"at": 5, "scope": "ours", "freed_bytes": 1, "caches_dir": 3},
                 {"at": 5, "scope": "ours", "freed_bytes": 1}]})"));
  EXPECT_EQ(state.ownership.entries, std::set<std::filesystem::path>{"/c/a"});
  ASSERT_EQ(state.clears.size(), 1U);
  EXPECT_EQ(state.clears[0].at, WallTime(5ms));
}

TEST(RecordClear, ForgetsWhatIsGoneAndKeepsTheNewestClears) {
  CacheState state;
  state.ownership.entries = {"/c/a", "/c/b"};
  ClearReport report{.freed_bytes = 7, .cleared = {{"/c/a", 7}}};
  for (int i = 0; i < 100; ++i) {
    state = record_clear(state, report, ClearScope::kOurs, "/c", kNow + i * 1min);
  }
  EXPECT_EQ(state.ownership.entries, std::set<std::filesystem::path>{"/c/b"});
  ASSERT_EQ(state.clears.size(), 64U);
  EXPECT_EQ(state.clears.back().at, kNow + 99min);
}

TEST(RecordClear, ADryRunAndAnEmptyOneAreNotRemembered) {
  CacheState state;
  state.ownership.entries = {"/c/a"};
  const ClearReport dry{.dry_run = true, .cleared = {{"/c/a", 7}}};
  for (const ClearReport& report : {dry, ClearReport{}}) {
    const auto after = record_clear(state, report, ClearScope::kOurs, "/c", kNow);
    EXPECT_EQ(after.ownership.entries, state.ownership.entries);
    EXPECT_TRUE(after.clears.empty());
  }
}

TEST(ClearWithin, CountsExplicitClearsOfTheSameFolderUpToTheCoolDown) {
  EXPECT_TRUE(clear_within(cleared_at(kNow), "/c", 30min, kNow));
  EXPECT_TRUE(clear_within(cleared_at(kNow - 30min + 1ms), "/c", 30min, kNow));
  EXPECT_FALSE(clear_within(cleared_at(kNow - 30min), "/c", 30min, kNow));
  EXPECT_FALSE(clear_within(cleared_at(kNow), "/c", 0min, kNow));
  EXPECT_FALSE(clear_within(cleared_at(kNow), "/d", 30min, kNow));
  EXPECT_FALSE(clear_within(cleared_at(kNow, ClearScope::kOurs), "/c", 30min, kNow));
  EXPECT_FALSE(clear_within(cleared_at(kNow + 1ms), "/c", 30min, kNow));
}

TEST(RememberNewEntries, WhatALoadOfOursMadeIsOursFromThenOn) {
  const FakeCaches fake;
  const auto place = fake.bundles("python3");
  FakeCaches::add(place, "theirs");
  StateFile file(fake.folder() / "state.json");
  const auto before = survey(fake.options(), Breadth::kMayClear);
  ASSERT_TRUE(before);
  ASSERT_TRUE(remember_new_entries(file, fake.options(), *before));
  EXPECT_FALSE(std::filesystem::exists(file.path()));
  const auto ours = FakeCaches::add(place, "ours");
  ASSERT_TRUE(remember_new_entries(file, fake.options(), *before));
  const auto state = parse_cache_state(file.read().value()[kCacheStateKey]);
  EXPECT_EQ(state.ownership.entries, std::set{ours});
}

}  // namespace
}  // namespace papr
