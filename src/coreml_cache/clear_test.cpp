// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "clear_for_test.h"
#include "deep_tree.h"
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
  EXPECT_TRUE(fs::is_empty(fake.own()) && fs::is_empty(fake.legacy()) &&
              fs::is_empty(fake.trash()));
}

TEST(Clear, WithNothingToDoNothingIsMade) {
  const FakeCaches fake;
  const auto before = tree_of(fake.folder());
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->cleared.empty());
  EXPECT_EQ(tree_of(fake.folder()), before);
}

TEST(Clear, TakesATreeDeeperThanAnyPath) {
  const FakeCaches fake;
  make_deep_tree(FakeCaches::add(fake.own(), "aa"), 1100);
  const auto report = clear_all(fake);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->errors.empty());
  EXPECT_TRUE(fs::is_empty(fake.own()) && fs::is_empty(fake.trash()));
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

TEST(Clear, LeftoversOfAKilledRunGoWithTheNext) {
  const FakeCaches fake;
  const auto leftover = add_leftover(fake, 70'000);
  const auto dry = clear_all(fake, {.dry_run = true});
  ASSERT_TRUE(dry);
  const auto report = clear_all(fake);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->cleared.size(), 1U);
  EXPECT_EQ(report->cleared[0].path, leftover);
  EXPECT_GE(report->freed_bytes, 70'000U);
  EXPECT_EQ(cleared_of(*dry), cleared_of(*report));
  EXPECT_TRUE(fs::is_empty(fake.trash()));
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
  EXPECT_TRUE(fs::is_empty(fake.trash()));
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

TEST(Clear, ATrashOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  add_leftover(fake);
  ASSERT_EQ(::lchown(fake.trash().c_str(), kNobody, kNobody), 0);
  const auto report = clear_all(fake);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("of another user"), std::string::npos);
  EXPECT_TRUE(fs::exists(entry));
  EXPECT_EQ(count_files(fake.trash()), 2U);
}

}  // namespace
}  // namespace papr
