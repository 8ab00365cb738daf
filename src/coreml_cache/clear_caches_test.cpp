// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "../base/fake_event_sink.h"
#include "cache_clear.h"
#include "cache_state.h"
#include "fake_caches.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

Result<ClearReport> clear_of(const FakeCaches& fake, ClearScope scope, StateFile* state = nullptr,
                             EventSink* events = nullptr) {
  return clear_ours(fake.options(), state, scope, StillClock(FakeCaches::now()), events);
}

TEST(ClearOurs, TakesOurOwnFolderAndNothingElse) {
  const FakeCaches fake;
  const auto ours = FakeCaches::add(fake.own(), "aa");
  const auto legacy = FakeCaches::add(fake.legacy(), "bb");
  const auto shared = FakeCaches::add(fake.shared(), "cc");
  const auto other = FakeCaches::add(fake.bundles("com.example.other"), "dd");
  const auto python = FakeCaches::add(fake.bundles("org.python.python"), "ee");
  const auto boxed = FakeCaches::add(fake.container("com.example.boxed"), "ff");
  const auto report = clear_of(fake, ClearScope::kOurs);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->cleared.size(), 1U);
  EXPECT_EQ(report->cleared[0].path, ours);
  EXPECT_GE(report->freed_bytes, 10'000U);
  EXPECT_TRUE(report->errors.empty());
  EXPECT_FALSE(fs::exists(ours));
  for (const auto& path : {legacy, shared, other, python, boxed}) {
    EXPECT_TRUE(fs::exists(path / "model.milhash")) << path;
  }
}

TEST(ClearOurs, TakesUnusedLegacyEntriesOnlyWhenAsked) {
  const FakeCaches fake;
  const auto unused = FakeCaches::add(fake.legacy(), "aa");
  const auto used = FakeCaches::add(fake.legacy(), "bb");
  FakeCaches::age(used / "model.milhash", std::chrono::minutes(9));
  ASSERT_TRUE(clear_of(fake, ClearScope::kOurs));
  EXPECT_TRUE(fs::exists(unused));
  const auto report = clear_of(fake, ClearScope::kOursAndLegacy);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(fs::exists(unused));
  EXPECT_TRUE(fs::exists(used / "model.milhash"));
  ASSERT_EQ(report->kept.size(), 1U) << report->kept[0].why;
  EXPECT_EQ(report->kept[0].why, "used within the last 10 minutes");
}

TEST(ClearOurs, TakesWhatTheStateFileSaysALoadOfOursMade) {
  const FakeCaches fake;
  const auto place = fake.bundles("python3.12");
  const auto ours = FakeCaches::add(place, "aa");
  const auto theirs = FakeCaches::add(place, "bb");
  StateFile state(fake.folder() / "state.json");
  ASSERT_TRUE(state.update([&](nlohmann::json& object) -> Result<> {
    object[kCacheStateKey] = json_of(CacheState{.ownership = {{ours}}});
    return {};
  }));
  const auto report = clear_of(fake, ClearScope::kOurs, &state);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(fs::exists(ours));
  EXPECT_TRUE(fs::exists(theirs));
  const auto remembered = parse_cache_state(state.read().value()[kCacheStateKey]);
  EXPECT_TRUE(remembered.ownership.entries.empty());
}

TEST(ClearOurs, TellsOfItsStartAndItsEnd) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  FakeEventSink events;
  const auto report = clear_of(fake, ClearScope::kOursAndLegacy, nullptr, &events);
  ASSERT_TRUE(report);
  const auto seen = events.seen();
  ASSERT_EQ(events.names(), (std::vector<std::string>{"cache_clear_started", "cache_cleared"}));
  using Fields = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(seen[0].fields, (Fields{{"scope", "ours_and_legacy"}}));
  EXPECT_EQ(seen[1].fields, (Fields{{"freed_bytes", std::to_string(report->freed_bytes)},
                                    {"entries", "1"},
                                    {"errors", "0"}}));
}

TEST(ClearOurs, WithoutACachesFolderThereIsNothingToDoAndNothingToTell) {
  FakeEventSink events;
  const StillClock clock(FakeCaches::now());
  const auto missing =
      clear_ours({.caches_dir = "/nowhere/Caches"}, nullptr, ClearScope::kOurs, clock, &events);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(events.names().empty());
}

TEST(ClearOurs, ASecondClearFindsNothing) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  StateFile state(fake.folder() / "state.json");
  ASSERT_TRUE(clear_of(fake, ClearScope::kOurs, &state));
  const auto again = clear_of(fake, ClearScope::kOurs, &state);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->cleared.empty());
  EXPECT_EQ(again->freed_bytes, 0U);
}

using WhyNot = Result<std::optional<std::string>>;

TEST(ClearCaches, WhatMustNotGoNowIsKeptWithTheReasonAndNoEventTellsOfAClear) {
  const FakeCaches fake;
  const auto ours = FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.legacy(), "bb");
  FakeEventSink events;
  const ClearRequest request{.cache = fake.options(), .why_not = [](bool anything) -> WhyNot {
                               return anything ? std::optional<std::string>("because")
                                               : std::nullopt;
                             }};
  const auto report = clear_caches(request, nullptr, StillClock(FakeCaches::now()), &events);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->cleared.empty());
  EXPECT_TRUE(fs::exists(ours));
  ASSERT_EQ(report->kept.size(), 2U);
  for (const auto& kept : report->kept) EXPECT_EQ(kept.why, "because");
  EXPECT_TRUE(events.names().empty());
}

TEST(ClearCaches, AsksAlsoWhereAllStaysAndNotWhereThereIsNothing) {
  const FakeCaches fake;
  std::vector<bool> asked;
  const ClearRequest request{.cache = fake.options(), .why_not = [&](bool anything) -> WhyNot {
                               asked.push_back(anything);
                               return std::nullopt;
                             }};
  const StillClock clock(FakeCaches::now());
  FakeCaches::add(fake.shared(), "aa");
  ASSERT_TRUE(clear_caches(request, nullptr, clock, nullptr));
  EXPECT_EQ(asked, std::vector<bool>{});
  const auto used = FakeCaches::add(fake.legacy(), "bb");
  FakeCaches::age(used / "model.milhash", std::chrono::minutes(9));
  ASSERT_TRUE(clear_caches(request, nullptr, clock, nullptr));
  EXPECT_EQ(asked, std::vector<bool>{false});
}

TEST(ClearCaches, WithoutAnAnswerNothingGoes) {
  const FakeCaches fake;
  const auto ours = FakeCaches::add(fake.own(), "aa");
  const ClearRequest request{.cache = fake.options(), .why_not = [](bool) -> WhyNot {
                               return fail(ErrorCode::kUnavailable, "no answer");
                             }};
  const auto report = clear_caches(request, nullptr, StillClock(FakeCaches::now()), nullptr);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "no answer");
  EXPECT_TRUE(fs::exists(ours));
}

}  // namespace
}  // namespace papr
