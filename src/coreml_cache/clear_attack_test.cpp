// SPDX-License-Identifier: Apache-2.0
// What another program may do to the places before, or while, they are cleared.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <string>

#include "../base/disk_snapshot_for_test.h"
#include "../base/joining_thread.h"
#include "clear_for_test.h"
#include "trash.h"
#include "unprivileged_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

TEST(AttackedClear, AFileIsFreedWithItsLastNameOnly) {
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

TEST(AttackedClear, ALinkInsideAnEntryIsRemovedAndWhatItNamesStays) {
  const FakeCaches fake;
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  const auto entry = FakeCaches::add(fake.own(), "aa");
  fs::create_directory_symlink(precious, entry / "folder");
  fs::create_symlink(precious / "model.milhash", entry / "file");
  fs::create_symlink("..", entry / "up");
  const auto before = snapshot_of(precious);
  ASSERT_TRUE(clear_all(fake));
  EXPECT_FALSE(fs::exists(entry));
  EXPECT_EQ(snapshot_of(precious), before);
}

TEST(AttackedClear, TakesAnyNameAndAnyKindOfFile) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "line\nfeed \xff\xfe");
  ASSERT_EQ(::mkfifo((entry / "fifo").c_str(), 0600), 0);
  FakeCaches::write(fake.own() / "loose file", 100);
  ASSERT_TRUE(clear_all(fake));
  EXPECT_TRUE(fs::is_empty(fake.own()));
}

TEST(AttackedClear, AnEntryThatWasReplacedSincePlannedStays) {
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

TEST(AttackedClear, APlaceThatBecameALinkIsNotEntered) {
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

TEST(AttackedClear, WhatTakesAnEntrysPlaceInTheLastMomentIsPutBack) {
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
  EXPECT_TRUE(fs::is_empty(fake.trash()));
}

TEST(AttackedClear, WhatCannotBePutBackIsSavedOutsideTheTrashAndNamed) {
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
  EXPECT_TRUE(fs::is_empty(fake.trash()));
  EXPECT_EQ(fs::file_size(precious), 1U);
}

TEST(AttackedClear, ATrashThatIsALinkIsRefused) {
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

TEST(AttackedClear, ALockThatIsAlsoAnotherFileIsRefusedAndNotWritten) {
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

TEST(AttackedClear, NothingOfAnotherUserIsTaken) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto leftover = add_leftover(fake);
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
