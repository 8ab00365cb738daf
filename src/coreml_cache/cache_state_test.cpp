// SPDX-License-Identifier: Apache-2.0
#include "cache_state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fake_caches.h"

namespace papr {
namespace {

using nlohmann::json;

TEST(CacheState, IsReadBackAsItWasWritten) {
  const CacheState state{.ownership = {{"/c/a", "/c/b"}}};
  const auto again = parse_cache_state(json::parse(json_of(state).dump()));
  EXPECT_EQ(again.ownership.entries, state.ownership.entries);
}

TEST(CacheState, WhatIsDamagedIsLeftOutAndTheRestRead) {
  for (const char* const damage : {"null", "3", "[]", R"({"entries": 3})"}) {
    const auto state = parse_cache_state(json::parse(damage));
    EXPECT_TRUE(state.ownership.entries.empty()) << damage;
  }
  const auto state = parse_cache_state(json::parse(R"({
      "entries": ["/c/a", 3, null, ["/c/b"]]})"));
  EXPECT_EQ(state.ownership.entries, std::set<std::filesystem::path>{"/c/a"});
}

TEST(RecordClear, ForgetsWhatIsGoneAndNothingAfterADryRun) {
  const CacheState state{.ownership = {{"/c/a", "/c/b"}}};
  ClearReport report{.freed_bytes = 7, .cleared = {{"/c/a", 7}}};
  EXPECT_EQ(record_clear(state, report).ownership.entries, std::set<std::filesystem::path>{"/c/b"});
  report.dry_run = true;
  EXPECT_EQ(record_clear(state, report).ownership.entries, state.ownership.entries);
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
