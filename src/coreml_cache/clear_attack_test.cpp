// SPDX-License-Identifier: Apache-2.0
// What another program may do to the places before, or while, they are cleared.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "../base/disk_snapshot_for_test.h"
#include "../base/joining_thread.h"
#include "clear_for_test.h"
#include "trash.h"
#include "unprivileged_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

enum class Kind { kFifo, kSocket, kDevice };

/// Makes what no program should open by mistake. A device only root can make.
bool make_kind(const fs::path& path, Kind kind) {
  if (kind == Kind::kFifo) return ::mkfifo(path.c_str(), 0600) == 0;
  const mode_t type = kind == Kind::kSocket ? S_IFSOCK : S_IFBLK;
  return ::mknod(path.c_str(), type | 0600, 0) == 0;
}

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
  for (const char* name : {"...", ".. ", "-rf", "*", "\\", "\x01"}) {
    FakeCaches::add(fake.own(), name);
    FakeCaches::write(entry / name, 10);
  }
  ASSERT_TRUE(make_kind(entry / "fifo", Kind::kFifo));
  static_cast<void>(make_kind(entry / "socket", Kind::kSocket));  // not everywhere for everybody
  ASSERT_TRUE(make_kind(fake.own() / "fifo", Kind::kFifo));
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

TEST(AttackedClear, AnEntryThatBecameAFifoASocketOrADeviceIsNeitherOpenedNorTaken) {
  for (const Kind kind : {Kind::kFifo, Kind::kSocket, Kind::kDevice}) {
    const FakeCaches fake;
    const auto entry = FakeCaches::add(fake.own(), "aa");
    const auto plan = plan_of(fake);
    fs::rename(entry, fake.folder() / "moved");
    if (!make_kind(entry, kind)) continue;
    const auto report = clear(plan, fake.caches());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->errors.size(), 1U);
    EXPECT_TRUE(fs::exists(fs::symlink_status(entry)));
    EXPECT_TRUE(fs::is_empty(fake.trash()));
  }
}

TEST(AttackedClear, AnEntryThatIsAHardLinkToAFileOutsideLosesItsNameOnly) {
  const FakeCaches fake;
  const auto precious = fake.folder() / "precious";
  std::ofstream(precious) << "text of another program";
  fs::create_directories(fake.own());
  fs::create_hard_link(precious, fake.own() / "aa");
  const auto before = part_of(snapshot_of(fake.folder()), "precious");
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->cleared.size(), 1U);
  EXPECT_EQ(report->freed_bytes, 0U);
  EXPECT_TRUE(fs::is_empty(fake.own()));
  EXPECT_EQ(part_of(snapshot_of(fake.folder()), "precious"), before);
}

TEST(AttackedClear, FilesThatAppearWhileTheyAreDeletedAreTakenWithThisOrTheNextClear) {
  const FakeCaches fake;
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  const auto before = snapshot_of(precious);
  std::size_t left = 0;
  for (int round = 0; round < 20; ++round) {
    const auto entry = FakeCaches::add(fake.own(), "aa");
    const UniqueFd bundle(::open((entry / "aa.bundle").c_str(), O_RDONLY | O_DIRECTORY));
    std::atomic<bool> stop = false;
    std::atomic<int> added = 0;
    Result<ClearReport> report;
    {
      // In the folder itself, wherever that is moved; in vain once it is deleted.
      const JoiningThread adder([&] {
        for (int i = 0; !stop; ++i) {
          const auto name = std::to_string(i % 1000);
          const UniqueFd file(::openat(bundle.get(), name.c_str(), O_WRONLY | O_CREAT, 0600));
          ::mkdirat(bundle.get(), (name + "d").c_str(), 0700);
          ++added;
        }
      });
      while (added < 10) std::this_thread::yield();
      report = clear_all(fake);
      stop = true;
    }
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_FALSE(fs::exists(entry));
    EXPECT_EQ(report->errors.size(), fs::is_empty(fake.trash()) ? 0U : 1U);
    left += report->errors.size();
    const auto next = clear_all(fake);
    ASSERT_TRUE(next);
    EXPECT_TRUE(next->errors.empty());
    EXPECT_TRUE(fs::is_empty(fake.trash()));
  }
  EXPECT_EQ(snapshot_of(precious), before);
  std::cout << "  left for the next clear: " << left << " of 20\n";
}

/// Clears, and moves or removes the whole caches folder before change number `at`. Whether that
/// was reached.
bool clear_without_caches(int at, bool remove) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.legacy(), "bb");
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  fs::create_directory_symlink(precious, fake.own() / "aa/link");
  const auto before = snapshot_of(precious);
  int change = 0;
  const auto report = clear_all(fake, {.before_change = [&] {
                                  if (++change != at) return;
                                  if (remove) fs::remove_all(fake.caches());
                                  if (!remove) fs::rename(fake.caches(), fake.folder() / "gone");
                                  // What comes in its place was never looked at.
                                  FakeCaches::add(fake.own(), "aa");
                                }});
  EXPECT_EQ(snapshot_of(precious), before);
  EXPECT_TRUE(change < at || fs::exists(fake.own() / "aa/aa.bundle/H16C.e5"));
  return change >= at;
}

TEST(AttackedClear, ACachesFolderThatGoesInTheMiddleTakesNothingElseWithIt) {
  for (const bool remove : {false, true}) {
    int at = 1;
    while (clear_without_caches(at, remove) && !::testing::Test::HasFailure()) ++at;
    EXPECT_GT(at, 10);
  }
}

TEST(AttackedClear, AFolderThatWasClosedSincePlannedIsReportedAndTheRestGoes) {
  const FakeCaches fake;
  const auto closed = FakeCaches::add(fake.own(), "aa");
  const auto partly = FakeCaches::add(fake.own(), "bb");
  const auto other = FakeCaches::add(fake.legacy(), "cc");
  const auto plan = plan_of(fake);
  fs::permissions(closed, fs::perms::none);
  fs::permissions(partly / "bb.bundle", fs::perms::none);
  const int code = run_unprivileged(fake.folder(), [&] {
    const auto dry = clear(plan, fake.caches(), {.dry_run = true});
    const auto report = clear(plan, fake.caches());
    if (!dry || !report || dry->errors.size() != 2 || report->errors.size() != 2) return 1;
    for (const auto& one : report->errors) {
      if (one.error.message.find("Permission denied") == std::string::npos) return 2;
    }
    return fs::exists(fs::symlink_status(closed)) && !fs::exists(partly) ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
  EXPECT_FALSE(fs::exists(other));
  for (const auto& left : fs::directory_iterator(fake.trash())) {
    fs::permissions(left.path() / "bb.bundle", fs::perms::owner_all);
  }
  fs::permissions(closed, fs::perms::owner_all);
  EXPECT_EQ(count_files(closed), 2U);
}

TEST(AttackedClear, WhatLiesInTheTrashAndIsNotWhatItsNameSaysIsSavedAndNamed) {
  const FakeCaches fake;
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  const auto content = snapshot_of(precious);
  add_leftover(fake);
  // What a killed clear was to put back; a stranger's; an inode of its own with no number of ours.
  FakeCaches::add(fake.trash(), "1-0");
  fs::rename(precious, fake.trash() / "notes");
  FakeCaches::write(fake.trash() / "file", 10);
  struct stat status{};
  ASSERT_EQ(::lstat((fake.trash() / "file").c_str(), &status), 0);
  fs::rename(fake.trash() / "file", fake.trash() / (std::to_string(status.st_ino) + "-x"));
  const auto dry = clear_all(fake, {.dry_run = true});
  ASSERT_TRUE(dry);
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->cleared.size(), 1U);
  ASSERT_EQ(report->errors.size(), 3U);
  ASSERT_EQ(dry->errors.size(), 3U);
  std::size_t found = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(dry->errors[i].path, report->errors[i].path);
    const auto saved = fake.trash().parent_path() / ("saved-" + std::to_string(i));
    EXPECT_NE(report->errors[i].error.message.find(saved.string()), std::string::npos);
    found += snapshot_of(saved) == content ? 1U : 0U;
  }
  EXPECT_EQ(found, 1U);
  EXPECT_TRUE(fs::is_empty(fake.trash()));
  EXPECT_TRUE(clear_all(fake)->errors.empty());
}

}  // namespace
}  // namespace papr
