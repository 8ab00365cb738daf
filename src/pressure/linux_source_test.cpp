// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "../base/temporary_folder.h"

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

TEST_F(LinuxSource, AKernelWithoutPsiLeavesStallsUnknown) {
  std::filesystem::remove(folder_.path() / "proc/pressure/memory");
  EXPECT_EQ(sample().some_stall_percent_10s, std::nullopt);
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

TEST_F(LinuxSource, TheSameSourceSeesWhatChanges) {
  const auto source = make_linux_source(folder_.path());
  ASSERT_TRUE(source->sample(kNow));
  write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 100000 kB\n");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
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

TEST_F(LinuxSource, LimitsOfVersionOneCount) {
  write("proc/self/cgroup", "4:memory:/box\n0::/\n");
  write("proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  const std::string here = "sys/fs/cgroup/memory/box/";
  write(here + "memory.limit_in_bytes", "1000000\n");
  write(here + "memory.usage_in_bytes", "900000\n");
  write(here + "memory.stat",
        "inactive_file 0\nactive_file 0\ntotal_inactive_file 50000\ntotal_active_file 0\n");
  EXPECT_EQ(sample().free_percent, 15);
  EXPECT_EQ(sample().some_stall_percent_10s, 1.5);
  write(here + "memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxSource, AGroupThatGoesIsAnErrorOnceAndThenForgotten) {
  join_group_v2("/box");
  limit_v2("/box", "1000000", "900000", "0");
  const auto source = make_linux_source(folder_.path());
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
  write("sys/fs/cgroup/box/memory.max", "");
  EXPECT_FALSE(source->sample(kNow));
  join_group_v2("/other");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 50);
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
