// SPDX-License-Identifier: Apache-2.0
#include "papr/coreml_cache.h"

#include <gtest/gtest.h>

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
