// SPDX-License-Identifier: Apache-2.0
#include "papr/coreml_cache.h"

#include <gtest/gtest.h>

#include "../base/fake_event_sink.h"
#include "fake_caches.h"
#include "locate_caches.h"
#include "unprivileged_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

TEST(CoreMlCacheDir, IsTheSeedsBelowTheCachesFolder) {
  EXPECT_EQ(get_coreml_cache_dir({.caches_dir = "/home/a/Library/Caches/"}),
            fs::path("/home/a/Library/Caches/com.apple.CoreML"));
}

TEST(CacheSize, AddsOwnAndLegacyAndNothingElse) {
  const FakeCaches fake;
  EXPECT_EQ(get_cache_size(fake.options()).value(), 0U);
  FakeCaches::add(fake.own(), "aa", 100'000);
  const auto own = get_cache_size(fake.options()).value();
  EXPECT_GE(own, 100'000U);
  FakeCaches::add(fake.legacy(), "bb", 200'000);
  const auto both = get_cache_size(fake.options()).value();
  EXPECT_GE(both, own + 200'000);
  FakeCaches::add(fake.bundles("python3"), "cc", 400'000);
  FakeCaches::add(fake.shared(), "dd", 400'000);
  FakeCaches::add(fake.bundles("com.example.notes"), "ee", 400'000);
  EXPECT_EQ(get_cache_size(fake.options()).value(), both);
}

TEST(CacheSize, APlaceThatCannotBeReadIsAnErrorThatNamesIt) {
  const FakeCaches fake;
  FakeCaches::add(fake.legacy(), "bb");
  fs::permissions(fake.legacy(), fs::perms::none);
  const int code = run_unprivileged(fake.folder(), [&] {
    const auto size = get_cache_size(fake.options());
    if (size || size.error().code != ErrorCode::kUnavailable) return 1;
    return size.error().message.find(fake.legacy().string()) != std::string::npos ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
  fs::permissions(fake.legacy(), fs::perms::owner_all);
}

TEST(CacheSize, WhatCannotBeReadIsToldOfAndTheRestCounted) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa", 100'000);
  const auto part = FakeCaches::add(fake.own(), "bb");
  fs::permissions(part / "bb.bundle", fs::perms::none);
  FakeCaches::add(fake.legacy(), "cc");
  const int code = run_unprivileged(fake.folder(), [&] {
    FakeEventSink events;
    const auto size = get_cache_size(fake.options(), &events);
    if (!size || *size < 100'000) return 1;
    if (events.names() != std::vector<std::string>{"cache_unreadable"}) return 2;
    const auto fields = events.seen()[0].fields;
    const bool named = fields[0] == std::pair<std::string, std::string>("path", part.string());
    return named && !fields[1].second.empty() ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
  fs::permissions(part / "bb.bundle", fs::perms::owner_all);
}

TEST(CacheSize, EachPlaceThatCannotBeReadIsToldOf) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.legacy(), "bb");
  fs::permissions(fake.legacy(), fs::perms::none);
  fs::permissions(fake.own(), fs::perms::none);
  const int code = run_unprivileged(fake.folder(), [&] {
    FakeEventSink events;
    if (get_cache_size(fake.options(), &events)) return 1;
    return events.names() == std::vector<std::string>(2, "cache_unreadable") ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
  fs::permissions(fake.legacy(), fs::perms::owner_all);
  fs::permissions(fake.own(), fs::perms::owner_all);
}

TEST(LocateCaches, SaysOfEachPlaceWhatAClearWouldMakeOfIt) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  const auto ours = FakeCaches::add(fake.bundles("python3"), "bb");
  FakeCaches::add(fake.shared(), "cc");
  const auto places = locate_caches(fake.options(), {{ours}}, Breadth::kAll, FakeCaches::now());
  ASSERT_TRUE(places);
  ASSERT_EQ(places->size(), 3U);
  EXPECT_EQ((*places)[0].why, "ours");
  EXPECT_TRUE((*places)[1].clearable);
  EXPECT_EQ((*places)[1].why, "made by loads of ours");
  EXPECT_FALSE((*places)[2].clearable);
}

}  // namespace
}  // namespace papr
