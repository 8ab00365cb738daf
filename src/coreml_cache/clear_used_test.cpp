// SPDX-License-Identifier: Apache-2.0
// What is opened or used between the moment it was measured and that in which it is deleted.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "clear_for_test.h"
#include "holder_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path file_in(const fs::path& entry) {
  return entry / (entry.filename().string() + ".bundle/H16C.e5");
}

/// Another process opens `file` when this is first called.
class OpensForTest {
 public:
  explicit OpensForTest(fs::path file) : file_(std::move(file)) {}
  void operator()() {
    if (!holder_) holder_.emplace([this] { ::open(file_.c_str(), O_RDONLY); });
  }

 private:
  fs::path file_;
  std::optional<HolderForTest> holder_;
};

TEST(UsedWhileClearing, WhatIsOpenedSinceThePlanIsPutBack) {
  const FakeCaches fake;
  for (const fs::path& place : {fake.own(), fake.legacy()}) {
    const auto entry = FakeCaches::add(place, "aa");
    FakeCaches::age(entry, 1h);
    const auto plan = plan_of(fake);
    ASSERT_EQ(plan.entries.size(), 1U);
    OpensForTest opens(file_in(entry));
    const auto report = clear(plan, fake.caches(), {.before_change = [&opens] { opens(); }});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(fs::exists(file_in(entry)));
    EXPECT_TRUE(fs::is_empty(fake.trash()));
    EXPECT_TRUE(report->cleared.empty());
    EXPECT_TRUE(report->errors.empty());
    ASSERT_EQ(report->kept.size(), 1U);
    EXPECT_EQ(report->kept[0].path, entry);
    EXPECT_EQ(report->kept[0].why, "open in another program");
    fs::remove_all(entry);
  }
}

TEST(UsedWhileClearing, ALegacyEntryUsedSinceThePlanIsPutBackAndOneOfOursGoes) {
  const FakeCaches fake;
  const auto legacy = FakeCaches::add(fake.legacy(), "aa");
  const auto own = FakeCaches::add(fake.own(), "bb");
  for (const auto& entry : {legacy, own}) FakeCaches::age(entry, 1h);
  const auto plan = plan_of(fake);
  ASSERT_EQ(plan.entries.size(), 2U);
  const auto use = [&] {
    for (const auto& entry : {legacy, own}) {
      if (fs::exists(entry)) FakeCaches::age(entry, 1min);
    }
  };
  const auto report = clear(plan, fake.caches(), {.before_change = use});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(fs::exists(file_in(legacy)));
  EXPECT_FALSE(fs::exists(own));
  ASSERT_EQ(report->kept.size(), 1U);
  EXPECT_EQ(report->kept[0].why, "used at this moment");
}

TEST(UsedWhileClearing, WhereItsNameIsTakenAgainItIsSavedAndSaysWhere) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto plan = plan_of(fake);
  OpensForTest opens(file_in(entry));
  const auto open_then_take_its_name = [&] {
    opens();
    if (!fs::exists(entry)) fs::create_directory(entry);
  };
  const auto report = clear(plan, fake.caches(), {.before_change = open_then_take_its_name});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->errors.size(), 1U);
  const auto saved = fake.trash().parent_path() / "saved-0";
  EXPECT_NE(report->errors[0].error.message.find(saved.string()), std::string::npos)
      << report->errors[0].error.message;
  EXPECT_TRUE(fs::exists(saved / "aa.bundle/H16C.e5"));
}

TEST(UsedWhileClearing, WhatAKilledRunLeftWaitsInTheTrashWhileItIsOpen) {
  const FakeCaches fake;
  const auto leftover = add_leftover(fake);
  {
    const HolderForTest holder(
        [&] { ::open((leftover / "taken.bundle/H16C.e5").c_str(), O_RDONLY); });
    const auto report = clear_all(fake);
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->kept.size(), 1U);
    EXPECT_EQ(report->kept[0].path, leftover);
    EXPECT_TRUE(fs::exists(leftover));
  }
  ASSERT_TRUE(clear_all(fake));
  EXPECT_FALSE(fs::exists(leftover));
}

}  // namespace
}  // namespace papr
