// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include "cache_clear.h"
#include "deep_tree.h"
#include "fake_caches.h"
#include "plan_of_for_test.h"
#include "trash.h"
#include "unprivileged_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

using Row = std::tuple<std::string, ino_t, mode_t, off_t>;

std::vector<Row> tree_of(const fs::path& folder) {
  std::vector<Row> rows;
  for (const auto& below : fs::recursive_directory_iterator(folder)) {
    struct stat status{};
    if (::lstat(below.path().c_str(), &status) != 0) continue;
    rows.emplace_back(below.path(), status.st_ino, status.st_mode, status.st_size);
  }
  std::ranges::sort(rows);
  return rows;
}

using Cleared = std::vector<std::pair<fs::path, std::uint64_t>>;

Cleared cleared_of(const ClearReport& report) {
  Cleared cleared;
  for (const auto& one : report.cleared) cleared.emplace_back(one.path, one.bytes);
  return cleared;
}

Result<ClearReport> clear_all(const FakeCaches& fake, const ClearOptions& options = {}) {
  return clear(plan_of(fake), fake.caches(), options);
}

bool empty(const fs::path& folder) {
  return fs::directory_iterator(folder) == fs::directory_iterator();
}

TEST(Clear, ADryRunReportsTheSameAndChangesNothing) {
  const FakeCaches fake;
  const auto first = FakeCaches::add(fake.own(), "aa", 50'000);
  const auto second = FakeCaches::add(fake.own(), "bb");
  FakeCaches::add(fake.legacy(), "cc");
  fs::create_hard_link(first / "model.milhash", second / "twice");
  fs::create_hard_link(first / "model.milhash", second / "thrice");
  fs::create_hard_link(first / "aa.bundle/H16C.e5", fake.folder() / "outside");
  fs::permissions(second / "bb.bundle", fs::perms::owner_read | fs::perms::owner_exec);
  const auto before = tree_of(fake.folder());
  int changes = 0;
  const auto dry = clear_all(fake, {.dry_run = true, .before_change = [&] { ++changes; }});
  ASSERT_TRUE(dry) << dry.error().message;
  EXPECT_EQ(tree_of(fake.folder()), before);
  EXPECT_GT(changes, 0);
  const auto real = clear_all(fake);
  ASSERT_TRUE(real) << real.error().message;
  EXPECT_TRUE(dry->dry_run);
  EXPECT_FALSE(real->dry_run);
  EXPECT_EQ(dry->freed_bytes, real->freed_bytes);
  EXPECT_EQ(cleared_of(*dry), cleared_of(*real));
  EXPECT_TRUE(dry->errors.empty() && real->errors.empty());
  EXPECT_TRUE(empty(fake.own()) && empty(fake.legacy()) && empty(fake.trash()));
}

TEST(Clear, AFileIsFreedWithItsLastNameOnly) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa", 500'000);
  const auto alone = clear_all(fake, {.dry_run = true})->freed_bytes;
  EXPECT_GE(alone, 500'000U);
  fs::create_hard_link(entry / "aa.bundle/H16C.e5", fake.folder() / "outside");
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  EXPECT_LT(report->freed_bytes, alone - 400'000);
  EXPECT_EQ(fs::file_size(fake.folder() / "outside"), 500'000U);
}

TEST(Clear, WithNothingToDoNothingIsMade) {
  const FakeCaches fake;
  const auto before = tree_of(fake.folder());
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->cleared.empty());
  EXPECT_EQ(tree_of(fake.folder()), before);
}

TEST(Clear, ALinkInsideAnEntryIsRemovedAndWhatItNamesStays) {
  const FakeCaches fake;
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  const auto entry = FakeCaches::add(fake.own(), "aa");
  fs::create_directory_symlink(precious, entry / "folder");
  fs::create_symlink(precious / "model.milhash", entry / "file");
  fs::create_symlink("..", entry / "up");
  const auto before = tree_of(precious);
  ASSERT_TRUE(clear_all(fake));
  EXPECT_FALSE(fs::exists(entry));
  EXPECT_EQ(tree_of(precious), before);
}

TEST(Clear, TakesATreeDeeperThanAnyPath) {
  const FakeCaches fake;
  make_deep_tree(FakeCaches::add(fake.own(), "aa"), 1100);
  const auto report = clear_all(fake);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->errors.empty());
  EXPECT_TRUE(empty(fake.own()) && empty(fake.trash()));
}

TEST(Clear, TakesAnyNameAndAnyKindOfFile) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "line\nfeed \xff\xfe");
  ASSERT_EQ(::mkfifo((entry / "fifo").c_str(), 0600), 0);
  FakeCaches::write(fake.own() / "loose file", 100);
  ASSERT_TRUE(clear_all(fake));
  EXPECT_TRUE(empty(fake.own()));
}

TEST(Clear, AnEntryThatWasReplacedSincePlannedStays) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto other = FakeCaches::add(fake.own(), "bb");
  const auto plan = plan_of(fake);
  fs::rename(entry, fake.folder() / "moved");
  FakeCaches::add(fake.own(), "aa");
  const auto report = clear(plan, fake.caches());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->errors.size(), 1U);
  EXPECT_EQ(report->errors[0].path, entry);
  EXPECT_NE(report->errors[0].error.message.find("another thing"), std::string::npos);
  EXPECT_TRUE(fs::exists(entry / "model.milhash"));
  EXPECT_FALSE(fs::exists(other));
}

TEST(Clear, AnEntryThatIsGoneIsAnErrorOfItsOwn) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto plan = plan_of(fake);
  fs::remove_all(entry);
  const auto report = clear(plan, fake.caches());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->errors.size(), 1U);
  EXPECT_EQ(report->errors[0].error.code, ErrorCode::kNotFound);
}

TEST(Clear, APlaceThatBecameALinkIsNotEntered) {
  const FakeCaches fake;
  FakeCaches::add(fake.legacy(), "aa");
  const auto plan = plan_of(fake);
  fs::rename(fake.legacy(), fake.folder() / "precious");
  fs::create_directory_symlink(fake.folder() / "precious", fake.legacy());
  const auto report = clear(plan, fake.caches());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->errors.size(), 1U);
  EXPECT_TRUE(fs::exists(fake.folder() / "precious/aa/model.milhash"));
}

TEST(Clear, WhatTakesAnEntrysPlaceInTheLastMomentIsPutBack) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  fs::create_directories(fake.trash());
  int change = 0;
  // The first change of a run with a trash is opening the lock, the second the move.
  const auto meddle = [&] {
    if (++change != 2) return;
    fs::rename(entry, fake.folder() / "away");
    fs::rename(precious, entry);
  };
  const auto report = clear_all(fake, {.before_change = meddle});
  ASSERT_TRUE(report);
  EXPECT_EQ(change, 3);
  ASSERT_EQ(report->errors.size(), 1U);
  EXPECT_TRUE(report->cleared.empty());
  EXPECT_TRUE(fs::exists(entry / "p.bundle/H16C.e5"));
  EXPECT_TRUE(empty(fake.trash()));
}

TEST(Clear, WhatCannotBePutBackIsSavedOutsideTheTrashAndNamed) {
  const FakeCaches fake;
  const auto precious = FakeCaches::add(fake.own(), "pp");
  const UniqueFd caches(::open(fake.caches().c_str(), O_RDONLY | O_DIRECTORY));
  const UniqueFd place(::open(fake.own().c_str(), O_RDONLY | O_DIRECTORY));
  auto trash = Trash::open(caches.get(), fake.caches(), {});
  ASSERT_TRUE(trash) << trash.error().message;
  int change = 0;
  const auto take_the_name = [&] {
    if (++change == 2) FakeCaches::write(precious, 1);  // after the move, before the way back
  };
  const auto taken = trash->take(place.get(), "pp", FileId{1, 1}, take_the_name);
  ASSERT_FALSE(taken);
  const auto saved = fake.caches() / "ai.papr.ondevice/saved-0";
  EXPECT_NE(taken.error().message.find(saved.string()), std::string::npos);
  EXPECT_TRUE(fs::exists(saved / "pp.bundle/H16C.e5"));
  EXPECT_TRUE(empty(fake.trash()));
  EXPECT_EQ(fs::file_size(precious), 1U);
}

TEST(Clear, LeftoversOfAKilledRunGoWithTheNext) {
  const FakeCaches fake;
  FakeCaches::add(fake.trash(), "0", 70'000);
  const auto dry = clear_all(fake, {.dry_run = true});
  ASSERT_TRUE(dry);
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->cleared.size(), 1U);
  EXPECT_EQ(report->cleared[0].path, fake.trash() / "0");
  EXPECT_GE(report->freed_bytes, 70'000U);
  EXPECT_EQ(cleared_of(*dry), cleared_of(*report));
  EXPECT_TRUE(empty(fake.trash()));
}

TEST(Clear, ATrashThatIsALinkIsRefused) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  fs::create_directory_symlink(fake.folder() / "precious", fake.trash());
  const auto report = clear_all(fake);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(report.error().message.find("symbolic link"), std::string::npos);
  EXPECT_TRUE(fs::exists(precious) && fs::exists(entry));
}

TEST(Clear, ALockThatIsAlsoAnotherFileIsRefusedAndNotWritten) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto precious = fake.folder() / "precious";
  std::ofstream(precious) << "text of another program";
  fs::create_hard_link(precious, fake.trash().parent_path() / kTrashLock);
  const auto report = clear_all(fake);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("no file of ours"), std::string::npos);
  EXPECT_EQ(fs::file_size(precious), 23U);
  EXPECT_TRUE(fs::exists(entry));
}

TEST(Clear, WhatMayNotBeMovedIsReportedAndTheRestGoes) {
  const FakeCaches fake;
  const auto stays = FakeCaches::add(fake.legacy(), "aa");
  const auto goes = FakeCaches::add(fake.own(), "bb");
  fs::permissions(fake.legacy(), fs::perms::owner_read | fs::perms::owner_exec);
  const int code = run_unprivileged(fake.folder(), [&] {
    const auto dry = clear_all(fake, {.dry_run = true});
    const auto real = clear_all(fake);
    if (!dry || !real) return 1;
    if (cleared_of(*dry) != cleared_of(*real)) return 2;
    for (const auto& report : {*dry, *real}) {
      if (report.errors.size() != 1 || report.errors[0].path != stays) return 3;
      if (report.errors[0].error.message.find("Permission denied") == std::string::npos) return 4;
    }
    return 0;
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(fs::exists(stays / "aa.bundle/H16C.e5"));
  EXPECT_FALSE(fs::exists(goes));
  fs::permissions(fake.legacy(), fs::perms::owner_all);
}

TEST(Clear, AClosedFolderInsideAnEntryIsNoHindrance) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  fs::permissions(entry / "aa.bundle", fs::perms::owner_read | fs::perms::owner_exec);
  const int code = run_unprivileged(fake.folder(), [&] {
    const auto report = clear_all(fake);
    return report && report->errors.empty() && report->cleared.size() == 1 ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_FALSE(fs::exists(entry));
  EXPECT_TRUE(empty(fake.trash()));
}

TEST(Clear, AFolderThatMayNotHoldATrashIsOneErrorAndNothingIsTouched) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.legacy(), "aa");
  fs::permissions(fake.caches(), fs::perms::owner_read | fs::perms::owner_exec);
  const int code = run_unprivileged(fake.folder(), [&] {
    const auto report = clear_all(fake);
    if (report || report.error().code != ErrorCode::kUnavailable) return 1;
    return report.error().message.find("ai.papr.ondevice") != std::string::npos ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(fs::exists(entry / "model.milhash"));
  fs::permissions(fake.caches(), fs::perms::owner_all);
}

TEST(Clear, NothingOfAnotherUserIsTaken) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto leftover = FakeCaches::add(fake.trash(), "0");
  const auto plan = plan_of(fake);
  ASSERT_EQ(::lchown(entry.c_str(), kNobody, kNobody), 0);
  ASSERT_EQ(::lchown((leftover / "model.milhash").c_str(), kNobody, kNobody), 0);
  const auto report = clear(plan, fake.caches());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->errors.size(), 2U);
  EXPECT_TRUE(fs::exists(entry / "aa.bundle/H16C.e5"));
  EXPECT_TRUE(fs::exists(leftover / "model.milhash"));
}

}  // namespace
}  // namespace papr
