// SPDX-License-Identifier: Apache-2.0
#include "compiled_model_store.h"

#include <gtest/gtest.h>
#include <sys/file.h>

#include <cerrno>
#include <stdexcept>

#include "../../base/errno_error.h"
#include "../../base/fake_event_sink.h"
#include "disk_steps.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr auto kHour = std::chrono::hours(1);
const ModelKey kA = StoreForTest::key('a');
const ModelKey kB = StoreForTest::key('b');
const ModelKey kC = StoreForTest::key('c');

FillModel never() {
  return [](const fs::path&) -> Result<> {
    ADD_FAILURE() << "it was compiled again";
    return {};
  };
}

TEST(CompiledModelStore, LooksWithoutMakingAnything) {
  const StoreForTest test;
  EXPECT_TRUE(test.misses(kA));
  EXPECT_TRUE(test.store().usage()->empty());
  EXPECT_EQ(test.store().purge(PurgeScope::kAll)->removed.size(), 0U);
  EXPECT_TRUE(test.store().remove(kA));
  EXPECT_TRUE(fs::is_empty(test.outside()));
}

TEST(CompiledModelStore, FindsWhatWasPutAtTheSamePathInEveryStart) {
  StoreForTest test;
  fs::path path;
  {
    const auto put = test.store().put(kA, filling("one"));
    ASSERT_TRUE(put) << put.error().message;
    path = put->path();
    EXPECT_TRUE(path.is_absolute());
    EXPECT_EQ(put->key(), kA);
    EXPECT_EQ(files_in(path), model_of("one"));
    EXPECT_EQ(put->bytes(), 5013U);
  }
  const auto found = test.store().find(kA);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->path(), path);
  EXPECT_EQ(found->bytes(), 5013U);
  EXPECT_TRUE(test.finds(kA, "one"));
  EXPECT_TRUE(test.misses(kB));
  EXPECT_TRUE(test.misses(StoreForTest::key('a', 1)));
}

TEST(CompiledModelStore, CompilesNothingThatIsThere) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "one"));
  const auto again = test.store().put(kA, never());
  ASSERT_TRUE(again);
  EXPECT_EQ(files_in(again->path()), model_of("one"));
}

TEST(CompiledModelStore, KeepsEverythingForItsOwnerAlone) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "one"));
  for (const fs::path& made : {test.path().parent_path(), test.path(), test.path() / "entries",
                               test.unfinished(), test.entry(kA), test.content(kA)}) {
    EXPECT_EQ(fs::status(made).permissions(), fs::perms::owner_all) << made;
  }
}

TEST(CompiledModelStore, AFailedCompileLeavesNothingAndIsTriedAgain) {
  const StoreForTest test;
  const auto failed = test.store().put(kA, [](const fs::path& folder) -> Result<> {
    std::ofstream(folder / "half") << "half";
    return fail(ErrorCode::kUnsupported, "compile: no");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(failed.error().message.ends_with("compile: no")) << failed.error().message;
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
  EXPECT_TRUE(test.put(kA, "one"));
}

TEST(CompiledModelStore, ACompileThatThrowsLeavesNothingAndIsTriedAgain) {
  const StoreForTest test;
  const auto put = [&] {
    static_cast<void>(test.store().put(kA, [](const fs::path& folder) -> Result<> {
      std::ofstream(folder / "half") << "half";
      throw std::runtime_error("no");
    }));
  };
  EXPECT_THROW(put(), std::runtime_error);
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
  EXPECT_TRUE(test.put(kA, "one"));
}

TEST(CompiledModelStore, AQuotaAndALimitOnFilesAreNotTakenForAFullDisk) {
  const StoreForTest test;
  const auto remedy_of = [&](int number) {
    const auto put = test.store().put(
        kA, [&](const fs::path&) -> Result<> { return fail_errno("write", "weights", number); });
    EXPECT_EQ(put.error().code, ErrorCode::kDiskFull);
    return put.error().remedy;
  };
  EXPECT_NE(remedy_of(ENOSPC).find(" are free"), std::string::npos);
  const std::string quota = remedy_of(EDQUOT);
  EXPECT_NE(quota.find("quota"), std::string::npos) << quota;
  EXPECT_NE(quota.find(test.path().string()), std::string::npos) << quota;
  EXPECT_EQ(quota.find("free"), std::string::npos) << quota;
  EXPECT_NE(remedy_of(EFBIG).find("ulimit -f"), std::string::npos);
}

TEST(CompiledModelStore, WhatIsNoModelIsNotPublished) {
  const StoreForTest test;
  const auto nothing = test.store().put(kA, [](const fs::path&) { return Result<>(); });
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::kInvalidArgument);
  const auto link = test.store().put(kA, [](const fs::path& folder) -> Result<> {
    fs::create_symlink("/etc/passwd", folder / "weights");
    return {};
  });
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(test.misses(kA));
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
}

TEST(CompiledModelStore, AFolderThatTheCompilerMovedIntoPlaceIsAsGood) {
  const StoreForTest test;
  const auto put = test.store().put(kA, [&](const fs::path& folder) -> Result<> {
    const auto made = test.outside() / "made";
    fs::create_directories(made);
    if (auto done = filling("one")(made); !done) return done;
    fs::rename(made, folder);
    return {};
  });
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_TRUE(test.finds(kA, "one"));
}

TEST(CompiledModelStore, PutEvictsWhatWasNotUsedForLongest) {
  StoreForTest test;
  test.options().limit_bytes = 2 * kModelBytes + 20;
  ASSERT_TRUE(test.put(kA, "a"));
  test.clock().advance(kHour);
  ASSERT_TRUE(test.put(kB, "b"));
  test.clock().advance(kHour);
  EXPECT_TRUE(test.finds(kA, "a"));  // used later than b now
  test.clock().advance(kHour);
  ASSERT_TRUE(test.put(kC, "c"));
  EXPECT_TRUE(test.misses(kB));
  EXPECT_TRUE(test.finds(kA, "a"));
  EXPECT_TRUE(test.finds(kC, "c"));
}

TEST(CompiledModelStore, NeitherWhatWasJustPutNorWhatIsInUseIsEvicted) {
  StoreForTest test;
  test.options().limit_bytes = 1;
  const auto a = test.store().put(kA, filling("a"));
  ASSERT_TRUE(a);
  const auto b = test.store().put(kB, filling("b"));
  ASSERT_TRUE(b);
  EXPECT_TRUE(test.finds(kA, "a"));
  EXPECT_TRUE(test.finds(kB, "b"));
}

TEST(CompiledModelStore, UsageIsWhatLiesInTheFolder) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  test.clock().advance(kHour);
  const auto used = test.clock().wall_now();
  const auto b = test.store().put(kB, filling("b"));
  const auto models = test.store().usage();
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 2U);
  const StoredModel& first = models->front();
  EXPECT_EQ(first.key, kA);
  EXPECT_EQ(first.bytes, 5009U);
  EXPECT_EQ(first.last_use, used - kHour);
  EXPECT_FALSE(first.in_use);
  EXPECT_EQ(models->back().last_use, used);
  EXPECT_TRUE(models->back().in_use);
  EXPECT_TRUE(models->back().whole);
  EXPECT_EQ(bytes_of(*models), 10018U);
}

TEST(CompiledModelStore, AFileThatCannotBeLockedIsAnErrorAndNotTakenForLocked) {
  const auto locked = try_flock(-1, LOCK_EX, "use");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, ErrorCode::kUnavailable);
}

TEST(CompiledModelStore, OlderGenerationsGoAtTheNextStart) {
  const StoreForTest test;
  const auto key = [](std::uint32_t generation) { return StoreForTest::key('a', generation); };
  ASSERT_TRUE(test.put(key(0), "0"));
  {
    const auto held = test.store().find(key(0));
    ASSERT_TRUE(test.put(key(1), "1"));
    EXPECT_EQ(test.store().purge(PurgeScope::kLeftovers)->removed.size(), 0U);
    EXPECT_TRUE(test.finds(key(0), "0"));
  }
  EXPECT_EQ(newest_generation(*test.store().usage(), key(0)), 1U);
  const auto report = test.store().purge(PurgeScope::kLeftovers);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->removed.size(), 1U);
  EXPECT_GE(report->freed_bytes, 5000U);
  EXPECT_TRUE(test.misses(key(0)));
  EXPECT_TRUE(test.finds(key(1), "1"));
}

TEST(CompiledModelStore, WhatIsMadeAnewWhileAPurgeIsAboutToRemoveItStays) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "half"));
  fs::remove(test.entry(kA) / "manifest");
  int change = 0;
  auto options = test.options();
  options.before_change = [&] {
    if (++change != 1) return;
    EXPECT_TRUE(test.put(kA, "whole"));  // it was listed, and is not locked yet
  };
  const auto report = CompiledModelStore(options).purge(PurgeScope::kLeftovers);
  ASSERT_TRUE(report);
  EXPECT_TRUE(test.finds(kA, "whole"));
  EXPECT_TRUE(report->removed.empty());
}

TEST(CompiledModelStore, WhatIsUsedWhileItIsAboutToBeEvictedStays) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  test.clock().advance(kHour);
  int change = 0;
  auto options = test.options();
  options.limit_bytes = 1;
  options.before_change = [&] {
    if (++change != 1) return;
    EXPECT_TRUE(test.finds(kA, "a"));  // it was listed, and is not locked yet
  };
  EXPECT_TRUE(CompiledModelStore(options).purge(PurgeScope::kLeftovers));
  EXPECT_TRUE(test.finds(kA, "a"));
}

TEST(CompiledModelStore, APurgeOfAllLeavesAnEmptyStore) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  ASSERT_TRUE(test.put(kB, "b"));
  const auto report = test.store().purge(PurgeScope::kAll);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->removed.size(), 2U);
  EXPECT_TRUE(report->failed.empty());
  EXPECT_TRUE(fs::is_empty(test.path() / "entries"));
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
}

TEST(CompiledModelStore, SaysWhatItStoredAndWhyItRemoved) {
  StoreForTest test;
  FakeEventSink events;
  test.options().events = &events;
  ASSERT_TRUE(test.put(kA, "a"));
  ASSERT_TRUE(test.store().remove(kA));
  const auto names = events.names();
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0], "compiled_model_stored");
  EXPECT_EQ(names[1], "compiled_model_removed");
}

TEST(CompiledModelStore, AWaitForAnotherCompilerEndsAtTheDeadlineOrWhenCancelled) {
  const StoreForTest test;
  Result<HeldModel> late = fail(ErrorCode::kNotFound, "not tried");
  Result<HeldModel> cancelled = fail(ErrorCode::kNotFound, "not tried");
  CancelSource cancel;
  cancel.cancel();
  const auto put = test.store().put(kA, [&](const fs::path& folder) {
    late = test.store().put(kA, never(), {.deadline = SteadyTime::min()});
    cancelled = test.store().put(kA, never(), {.cancel = cancel.token()});
    EXPECT_FALSE(test.store().remove(kA));
    EXPECT_TRUE(test.misses(kA));
    EXPECT_TRUE(test.store().purge(PurgeScope::kAll));
    return filling("one")(folder);
  });
  ASSERT_TRUE(put) << put.error().message;
  ASSERT_FALSE(late || cancelled);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(test.finds(kA, "one"));
}

TEST(CompiledModelStore, WhatAnotherHasPublishedInTheLastMomentIsNotCompiledAgain) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kB, "b"));
  int change = 0;
  auto options = test.options();
  options.before_change = [&] {
    if (++change != 1) return;
    EXPECT_TRUE(test.put(kA, "one"));  // it was looked for, and not locked yet
  };
  const auto put = CompiledModelStore(options).put(kA, never());
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(files_in(put->path()), model_of("one"));
}

}  // namespace
}  // namespace papr
