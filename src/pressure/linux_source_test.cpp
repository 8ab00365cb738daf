// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "../base/temporary_folder.h"
#include "classify.h"
#include "rate_window.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{1h};

// A machine of 1,000,000 kB, half of it available, with nothing but /proc.
class LinuxSource : public testing::Test {
 protected:
  LinuxSource() {
    write("proc/meminfo",
          "MemTotal: 1000000 kB\nMemAvailable: 500000 kB\nSwapTotal: 3000 kB\nSwapFree: 1000 kB\n");
    write("proc/vmstat", "pgpgin 4096\npgpgout 8192\npswpin 11\npswpout 22\n");
    write("proc/pressure/memory", psi("1.50", "0.50"));
  }

  void write(const std::string& name, const std::string& text) { folder_.write(name, text); }

  static std::string psi(const std::string& some, const std::string& full) {
    return "some avg10=" + some + " avg60=0.00 avg300=0.00 total=1\nfull avg10=" + full +
           " avg60=0.00 avg300=0.00 total=1\n";
  }

  void join_group_v1(const std::string& group) {
    write("proc/self/cgroup", "4:memory:" + group + "\n0::/\n");
    write("proc/self/mountinfo",
          "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
          "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  }

  void limit_v1(const std::string& group, const std::string& limit, const std::string& used,
                const std::string& more_stat = "") {
    const std::string here = "sys/fs/cgroup/memory" + group + "/";
    write(here + "memory.limit_in_bytes", limit + "\n");
    write(here + "memory.usage_in_bytes", used + "\n");
    write(here + "memory.stat",
          "inactive_file 0\nactive_file 0\ntotal_inactive_file 50000\ntotal_active_file 0\n" +
              more_stat);
  }

  void join_group_v2(const std::string& group) {
    write("proc/self/cgroup", "0::" + group + "\n");
    write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  }

  void limit_v2(const std::string& group, const std::string& limit, const std::string& used,
                const std::string& file_bytes) {
    const std::string here = "sys/fs/cgroup" + group + "/";
    write(here + "memory.max", limit + "\n");
    write(here + "memory.current", used + "\n");
    write(here + "memory.stat", "inactive_file " + file_bytes + "\nactive_file 0\n");
    write(here + "memory.pressure", psi("30.00", "20.00"));
  }

  MemorySample sample() {
    const auto sample = make_linux_source(folder_.path())->sample(kNow);
    EXPECT_TRUE(sample) << sample.error().message;
    return sample.value_or(MemorySample{});
  }

  TemporaryFolder folder_;
};

TEST_F(LinuxSource, ReadsTheMachine) {
  const MemorySample seen = sample();
  EXPECT_EQ(seen.taken_at, kNow);
  EXPECT_EQ(seen.free_percent, 50);
  EXPECT_EQ(seen.swap_used_bytes, 2000u * 1024);
  EXPECT_EQ(seen.swap_ins, 11u);
  EXPECT_EQ(seen.swap_outs, 22u);
  const auto page_kib = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
  EXPECT_EQ(seen.page_ins, 4096 / page_kib);
  EXPECT_EQ(seen.page_outs, 8192 / page_kib);
  EXPECT_EQ(seen.some_stall_percent_10s, 1.5);
  EXPECT_EQ(seen.full_stall_percent_10s, 0.5);
  EXPECT_EQ(seen.kernel_level, std::nullopt);
}

TEST_F(LinuxSource, AKernelWithoutPsiLeavesStallsUnknownAndSaysSo) {
  EXPECT_EQ(sample().caveat, "");
  std::filesystem::remove(folder_.path() / "proc/pressure/memory");
  EXPECT_EQ(sample().some_stall_percent_10s, std::nullopt);
  EXPECT_EQ(sample().full_stall_percent_10s, std::nullopt);
  EXPECT_EQ(sample().caveat, "Stalls are not known (no PSI)");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxSource, DamageIsAnErrorThatNamesTheFile) {
  write("proc/pressure/memory", "some avg10=1");
  const auto seen = make_linux_source(folder_.path())->sample(kNow);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(seen.error().message.find("proc/pressure/memory"), std::string::npos);
}

TEST_F(LinuxSource, WithoutMeminfoThereIsNoSample) {
  std::filesystem::remove(folder_.path() / "proc/meminfo");
  const auto seen = make_linux_source(folder_.path())->sample(kNow);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kNotFound);
}

TEST_F(LinuxSource, WhatIsFreeIsReadEachTime) {
  const auto source = make_linux_source(folder_.path());
  ASSERT_TRUE(source->sample(kNow));
  write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 100000 kB\n");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
}

TEST_F(LinuxSource, CountersAndStallsAreReadAgainWhenTheyAreDueAndSayHowOldTheyAre) {
  const auto source = make_linux_source(folder_.path());
  ASSERT_TRUE(source->sample(kNow));
  write("proc/vmstat", "pgpgin 4096\npgpgout 8192\npswpin 511\npswpout 1022\n");
  write("proc/pressure/memory", psi("40.00", "30.00"));
  const auto soon = source->sample(kNow + kLinuxRefreshEvery - 1ms);
  EXPECT_EQ(soon.value().taken_at, kNow + kLinuxRefreshEvery - 1ms);
  EXPECT_EQ(soon->counted_at, kNow);
  EXPECT_EQ(soon->swap_ins, 11u);
  EXPECT_EQ(soon->some_stall_percent_10s, 1.5);
  const auto due = source->sample(kNow + kLinuxRefreshEvery);
  EXPECT_EQ(due.value().counted_at, kNow + kLinuxRefreshEvery);
  EXPECT_EQ(due->swap_ins, 511u);
  EXPECT_EQ(due->swap_outs, 1022u);
  EXPECT_EQ(due->some_stall_percent_10s, 40);
}

TEST_F(LinuxSource, RatesAreRightHoweverOftenItIsAsked) {
  // 2,000 pages/s in, asked every 30 ms: the counters are up to 90 ms older than the samples.
  const auto source = make_linux_source(folder_.path());
  RateWindow window;
  int rated = 0;
  for (int round = 0; round < 100; ++round) {
    const SteadyTime now = kNow + round * 30ms;
    write("proc/vmstat", "pswpin " + std::to_string(round * 60) + "\npswpout 7\n");
    const auto sample = source->sample(now);
    ASSERT_TRUE(sample) << sample.error().message;
    const auto verdict = classify(*sample, window.base(now), {}, {});
    window.add(*sample);
    if (!verdict.swap_in_pages_per_s) continue;
    ++rated;
    EXPECT_NEAR(*verdict.swap_in_pages_per_s, 2000, 1e-6) << round;
    EXPECT_EQ(verdict.swap_out_pages_per_s, 0) << round;
  }
  EXPECT_EQ(rated, 96);  // all but those of the first 120 ms
}

TEST_F(LinuxSource, ALimitOfTheOwnGroupCountsAndSoDoItsStalls) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "100000");
  EXPECT_EQ(sample().free_percent, 20);
  EXPECT_EQ(sample().some_stall_percent_10s, 30);
  EXPECT_EQ(sample().full_stall_percent_10s, 20);
}

TEST_F(LinuxSource, ALimitAboveTheOwnGroupCountsAsWell) {
  join_group_v2("/box/inner");
  limit_v2("/box", "1000000", "900000", "0");
  limit_v2("/box/inner", "max", "5", "0");
  EXPECT_EQ(sample().free_percent, 10);
}

TEST_F(LinuxSource, AGroupWithoutALimitChangesNothing) {
  join_group_v2("/box");
  for (const char* limit : {"max", "1024000000", "99999999999999"}) {
    limit_v2("/box", limit, "900000", "0");
    EXPECT_EQ(sample().free_percent, 50) << limit;
    EXPECT_EQ(sample().some_stall_percent_10s, 1.5) << limit;
  }
}

TEST_F(LinuxSource, AMachineShorterThanTheGroupDecides) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "100000", "0");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxSource, UsedUpAndBeyondIsZeroNotLess) {
  join_group_v2("/box");
  limit_v2("/box", "1000", "2000", "0");
  EXPECT_EQ(sample().free_percent, 0);
  limit_v2("/box", "1000", "500", "900");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxSource, AGroupLimitedToNothingHasNothingFree) {
  join_group_v2("/box");
  limit_v2("/box", "0", "5", "0");
  EXPECT_EQ(sample().free_percent, 0);
}

TEST_F(LinuxSource, WhereAGroupIsSlowedDownBeforeItsLimitPressureBeginsThere) {
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

TEST_F(LinuxSource, SwapIsThatOfTheTightestGroupWhereItTells) {
  join_group_v2("/box/inner");
  limit_v2("/box/inner", "2000000", "0", "0");
  limit_v2("/box", "1000000", "0", "0");
  write("sys/fs/cgroup/box/inner/memory.swap.current", "111\n");
  EXPECT_EQ(sample().swap_used_bytes, 2000u * 1024);
  write("sys/fs/cgroup/box/memory.swap.current", "222\n");
  EXPECT_EQ(sample().swap_used_bytes, 222u);
}

TEST_F(LinuxSource, AGroupWithoutPsiOfItsOwnStallsWithTheMachine) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  std::filesystem::remove(folder_.path() / "sys/fs/cgroup/box/memory.pressure");
  EXPECT_EQ(sample().some_stall_percent_10s, 1.5);
  EXPECT_EQ(sample().caveat, "");
  std::filesystem::remove(folder_.path() / "proc/pressure/memory");
  EXPECT_EQ(sample().some_stall_percent_10s, std::nullopt);
  EXPECT_NE(sample().caveat, "");
}

TEST_F(LinuxSource, LimitsOfVersionOneCount) {
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

TEST_F(LinuxSource, InVersionOneALimitAboveTheOwnGroupCountsAsWell) {
  join_group_v1("/box/inner");
  limit_v1("", "9223372036854771712", "0");
  limit_v1("/box", "1000000", "950000");
  limit_v1("/box/inner", "9223372036854771712", "5");
  EXPECT_EQ(sample().free_percent, 10);
}

TEST_F(LinuxSource, AContainerFindsItsOwnLimitAtTheMount) {
  // With a cgroup namespace its group is "/", and moved out of it "/../x": neither has a folder.
  for (const char* group : {"/", "/../x"}) {
    join_group_v2(group);
    limit_v2("", "1000000", "900000", "0");
    EXPECT_EQ(sample().free_percent, 10) << group;
  }
}

TEST_F(LinuxSource, AChangedLimitIsSeenWhenItIsDue) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  limit_v2("/box", "9000000", "8550000", "0");
  EXPECT_EQ(source->sample(kNow + kLinuxRefreshEvery).value().free_percent, 5);
}

TEST_F(LinuxSource, WhatAGroupUsesIsReadEachTime) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  limit_v2("/box", "1000000", "950000", "0");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 5);
}

TEST_F(LinuxSource, AMoveToAnotherGroupIsSeenWhenItIsDue) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  limit_v2("/other", "1000000", "700000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  join_group_v2("/other");
  EXPECT_EQ(source->sample(kNow + kLinuxRefreshEvery).value().free_percent, 30);
}

TEST_F(LinuxSource, AGroupRemovedAfterAMoveIsNoError) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  write("sys/fs/cgroup/box/memory.current", "");  // what is removed says ENODEV, not this
  join_group_v2("/other");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 50);
}

TEST_F(LinuxSource, AGroupThatCannotBeReadIsAnErrorUntilItCan) {
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

TEST(LinuxSourceOnThisMachine, GivesNumbersInTheirRanges) {
  const auto source = make_linux_source();
  EXPECT_EQ(source->name(), "linux");
  const auto seen = source->sample(kNow);
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_TRUE(seen->free_percent);
  EXPECT_GE(*seen->free_percent, 0);
  EXPECT_LE(*seen->free_percent, 100);
  EXPECT_LE(seen->some_stall_percent_10s.value_or(0), 100);
}

}  // namespace
}  // namespace papr
