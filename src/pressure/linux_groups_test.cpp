// SPDX-License-Identifier: Apache-2.0
// Source `linux` in control groups of either version.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "linux_source_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

using LinuxGroups = LinuxSourceTest;

TEST_F(LinuxGroups, ALimitOfTheOwnGroupCountsAndSoDoItsStalls) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "100000");
  EXPECT_EQ(sample().free_percent, 20);
  EXPECT_EQ(sample().some_stall_percent_10s, 30);
  EXPECT_EQ(sample().full_stall_percent_10s, 20);
}

TEST_F(LinuxGroups, ALimitAboveTheOwnGroupCountsAsWell) {
  join_group_v2("/box/inner");
  limit_v2("/box", "1000000", "900000", "0");
  limit_v2("/box/inner", "max", "5", "0");
  EXPECT_EQ(sample().free_percent, 10);
}

TEST_F(LinuxGroups, AGroupWithoutALimitChangesNothing) {
  join_group_v2("/box");
  for (const char* limit : {"max", "1024000000", "99999999999999"}) {
    limit_v2("/box", limit, "900000", "0");
    EXPECT_EQ(sample().free_percent, 50) << limit;
    EXPECT_EQ(sample().some_stall_percent_10s, 1.5) << limit;
  }
}

TEST_F(LinuxGroups, AMachineShorterThanTheGroupDecides) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "100000", "0");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxGroups, UsedUpAndBeyondIsZeroNotLess) {
  join_group_v2("/box");
  limit_v2("/box", "1000", "2000", "0");
  EXPECT_EQ(sample().free_percent, 0);
  limit_v2("/box", "1000", "500", "900");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxGroups, AGroupLimitedToNothingHasNothingFree) {
  join_group_v2("/box");
  limit_v2("/box", "0", "5", "0");
  EXPECT_EQ(sample().free_percent, 0);
}

TEST_F(LinuxGroups, WhereAGroupIsSlowedDownBeforeItsLimitPressureBeginsThere) {
  join_group_v2("/box");
  limit_v2("/box", "max", "900000", "0");
  for (const auto& [high, percent] : {std::pair("1000000", 10.0), {"max", 50.0}}) {
    write("sys/fs/cgroup/box/memory.high", std::string(high) + "\n");
    EXPECT_EQ(sample().free_percent, percent) << high;
  }
  write("sys/fs/cgroup/box/memory.max", "2000000\n");
  write("sys/fs/cgroup/box/memory.high", "1000000\n");
  EXPECT_EQ(sample().free_percent, 10);
  write("sys/fs/cgroup/box/memory.high", "4000000\n");
  EXPECT_EQ(sample().free_percent, 50);  // 55 of the group
}

TEST_F(LinuxGroups, SwapIsThatOfTheTightestGroupWhereItTells) {
  join_group_v2("/box/inner");
  limit_v2("/box/inner", "2000000", "0", "0");
  limit_v2("/box", "1000000", "0", "0");
  write("sys/fs/cgroup/box/inner/memory.swap.current", "111\n");
  EXPECT_EQ(sample().swap_used_bytes, 2000u * 1024);
  write("sys/fs/cgroup/box/memory.swap.current", "222\n");
  EXPECT_EQ(sample().swap_used_bytes, 222u);
}

TEST_F(LinuxGroups, AGroupWithoutPsiOfItsOwnStallsWithTheMachine) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  std::filesystem::remove(folder_.path() / "sys/fs/cgroup/box/memory.pressure");
  EXPECT_EQ(sample().some_stall_percent_10s, 1.5);
  EXPECT_EQ(sample().caveat, "");
  std::filesystem::remove(folder_.path() / "proc/pressure/memory");
  EXPECT_EQ(sample().some_stall_percent_10s, std::nullopt);
  EXPECT_NE(sample().caveat, "");
}

TEST_F(LinuxGroups, LimitsOfVersionOneCount) {
  join_group_v1("/box");
  limit_v1("/box", "1000000", "900000");
  EXPECT_EQ(sample().free_percent, 15);
  EXPECT_EQ(sample().some_stall_percent_10s, 1.5);
  EXPECT_EQ(sample().swap_used_bytes, 2000u * 1024);
  limit_v1("/box", "1000000", "900000", "total_swap 4096\n");
  EXPECT_EQ(sample().swap_used_bytes, 4096u);
  limit_v1("/box", "9223372036854771712", "900000");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxGroups, InVersionOneALimitAboveTheOwnGroupCountsAsWell) {
  join_group_v1("/box/inner");
  limit_v1("", "9223372036854771712", "0");
  limit_v1("/box", "1000000", "950000");
  limit_v1("/box/inner", "9223372036854771712", "5");
  EXPECT_EQ(sample().free_percent, 10);
}

TEST_F(LinuxGroups, AContainerFindsItsOwnLimitAtTheMount) {
  // With a cgroup namespace its group is "/", and moved out of it "/../x": neither has a folder.
  for (const char* group : {"/", "/../x"}) {
    join_group_v2(group);
    limit_v2("", "1000000", "900000", "0");
    EXPECT_EQ(sample().free_percent, 10) << group;
  }
}

TEST_F(LinuxGroups, AChangedLimitIsSeenWhenItIsDue) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  limit_v2("/box", "9000000", "8550000", "0");
  EXPECT_EQ(source->sample(kNow + kLinuxRefreshEvery).value().free_percent, 5);
}

TEST_F(LinuxGroups, WhatAGroupUsesIsReadEachTime) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  limit_v2("/box", "1000000", "950000", "0");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 5);
}

TEST_F(LinuxGroups, AMoveToAnotherGroupIsSeenWhenItIsDue) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  limit_v2("/other", "1000000", "700000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  join_group_v2("/other");
  EXPECT_EQ(source->sample(kNow + kLinuxRefreshEvery).value().free_percent, 30);
}

TEST_F(LinuxGroups, AGroupRemovedAfterAMoveIsNoError) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  write("sys/fs/cgroup/box/memory.current", "");  // what is removed says ENODEV, not this
  join_group_v2("/other");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 50);
}

TEST_F(LinuxGroups, AGroupThatCannotBeReadIsAnErrorUntilItCan) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  write("sys/fs/cgroup/box/memory.current", "");
  const auto failed = source->sample(kNow);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("memory.current"), std::string::npos);
  write("sys/fs/cgroup/box/memory.current", "950000\n");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 5);
}

TEST_F(LinuxGroups, ALimitThatCannotBeReadIsAnErrorAndNotNoLimit) {
  join_group_v2("/box");
  write("sys/fs/cgroup/box/memory.max/not a file", "");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).error().code, ErrorCode::kUnavailable);
  std::filesystem::remove_all(folder_.path() / "sys/fs/cgroup/box/memory.max");
  limit_v2("/box", "100000000", "99000000", "0");
  EXPECT_LT(source->sample(kNow + 1ms)->free_percent, 10);
}

TEST_F(LinuxGroups, ALimitThatComesLaterIsSeen) {
  join_group_v2("/box");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow)->free_percent, 50);
  limit_v2("/box", "100000000", "99000000", "0");
  EXPECT_LT(source->sample(kNow + kLinuxRefreshEvery)->free_percent, 10);
}

}  // namespace
}  // namespace papr
