// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "memory_cgroup.h"
#include "proc_counters.h"
#include "psi.h"

namespace papr {
namespace {

constexpr std::string_view kPsi =
    "some avg10=12.50 avg60=1.50 avg300=0.25 total=4242\n"
    "full avg10=7.00 avg60=0.00 avg300=0.00 total=7\n";

TEST(ParsePsi, ReadsBothSharesOfTheLastTenSeconds) {
  const auto psi = parse_psi(kPsi);
  ASSERT_TRUE(psi) << psi.error().message;
  EXPECT_EQ(psi->some_percent_10s, 12.5);
  EXPECT_EQ(psi->full_percent_10s, 7.0);
}

TEST(ParsePsi, NoCutGivesAnotherNumber) {
  for (std::size_t size = 0; size < kPsi.size(); ++size) {
    const std::string cut(kPsi.substr(0, size));
    const auto psi = parse_psi(cut);
    if (!psi) continue;
    EXPECT_EQ(psi->some_percent_10s, 12.5) << size;
    EXPECT_EQ(psi->full_percent_10s, std::nullopt) << size;
  }
}

TEST(ParsePsi, WhatIsNotAShareIsCorruptNotZero) {
  for (const char* share : {"nan", "-1.00", "100.01", "", "1e1", "0.00x"}) {
    const std::string text =
        std::string("some avg10=") + share + " avg60=0.00 avg300=0.00 total=0\n";
    const auto psi = parse_psi(text);
    ASSERT_FALSE(psi) << share;
    EXPECT_EQ(psi.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_FALSE(parse_psi("full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"));
}

constexpr std::string_view kMemInfo =
    "MemTotal:       24684084 kB\nMemFree:        23286804 kB\nMemAvailable:    6171021 kB\n"
    "SwapCached:            0 kB\nSwapTotal:       1000000 kB\nSwapFree:         250000 kB\n"
    "HugePages_Total:       0\n";

TEST(ParseMemInfo, ReadsWhatIsAvailableAndTheSwap) {
  const auto info = parse_meminfo(kMemInfo);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->total_bytes, 24684084ull * 1024);
  EXPECT_EQ(info->available_bytes, 6171021ull * 1024);
  EXPECT_EQ(info->swap_total_bytes, 1000000ull * 1024);
  EXPECT_EQ(info->swap_free_bytes, 250000u * 1024);
}

TEST(ParseMemInfo, NoCutGivesAnotherNumber) {
  const auto whole = parse_meminfo(kMemInfo);
  for (std::size_t size = 0; size < kMemInfo.size(); ++size) {
    const auto info = parse_meminfo(std::string(kMemInfo.substr(0, size)));
    if (!info) continue;
    EXPECT_EQ(info->available_bytes, whole->available_bytes) << size;
    if (!info->swap_free_bytes) continue;
    EXPECT_EQ(info->swap_free_bytes, whole->swap_free_bytes) << size;
  }
}

TEST(ParseMemInfo, WhatIsMissingOrAbsurdIsCorrupt) {
  for (const char* text :
       {"", "MemTotal: 5 kB\n", "MemAvailable: 5 kB\n", "MemTotal: 0 kB\nMemAvailable: 0 kB\n",
        "MemTotal: 5\nMemAvailable: 5 kB\n", "MemTotal: 5 MB\nMemAvailable: 5 kB\n",
        "MemTotal: 18446744073709551615 kB\nMemAvailable: 5 kB\n"}) {
    EXPECT_FALSE(parse_meminfo(text)) << text;
  }
  const auto clamped = parse_meminfo("MemTotal: 5 kB\nMemAvailable: 6 kB\n");
  ASSERT_TRUE(clamped);
  EXPECT_EQ(clamped->available_bytes, clamped->total_bytes);
}

TEST(ParseVmStatOfLinux, ReadsCountersByName) {
  const auto counters = parse_vmstat(
      "nr_free_pages 5\npgpgin 30765313\npgpgout 46202928\npswpin 11\npswpout 22\npswpinx 3\n");
  ASSERT_TRUE(counters) << counters.error().message;
  EXPECT_EQ(counters->read_kib, 30765313u);
  EXPECT_EQ(counters->written_kib, 46202928u);
  EXPECT_EQ(counters->swapped_in_pages, 11u);
  EXPECT_EQ(counters->swapped_out_pages, 22u);
}

TEST(ParseVmStatOfLinux, AKernelWithoutSwapHasNoSwapCounters) {
  const auto counters = parse_vmstat("pgpgin 1\npgpgout 2\n");
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->swapped_in_pages, std::nullopt);
  EXPECT_FALSE(parse_vmstat("nr_free_pages 5\n"));
  EXPECT_FALSE(parse_vmstat("pswpin 12"));
  EXPECT_FALSE(parse_vmstat("pswpin \n"));
  EXPECT_FALSE(parse_vmstat("pswpin 5 6\n"));
}

TEST(ParseMemoryStat, CountsTheSubtreeInBothVersions) {
  const auto second =
      parse_memory_stat("anon 9\nfile 7\ninactive_file 10\nactive_file 20\nslab_reclaimable 5\n");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->reclaimable_bytes, 35u);
  EXPECT_EQ(second->swap_used_bytes, std::nullopt);
  const auto first = parse_memory_stat(
      "swap 3\ninactive_file 1\nactive_file 2\ntotal_swap 4096\ntotal_inactive_file 10\n"
      "total_active_file 20\n");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->reclaimable_bytes, 30u);
  EXPECT_EQ(first->swap_used_bytes, 4096u);
}

TEST(ParseMemoryStat, WhatIsMissingCutOrAbsurdIsCorrupt) {
  for (const char* text : {"active_file 2\n", "active_file 2\ninactive_file 3",
                           "active_file 18446744073709551615\ninactive_file 3\n",
                           "active_file 2\ninactive_file 3\ntotal_swap x\n"}) {
    const auto stat = parse_memory_stat(text);
    ASSERT_FALSE(stat) << text;
    EXPECT_EQ(stat.error().code, ErrorCode::kCorrupt) << text;
  }
}

TEST(ParseLimitBytes, MaxIsNoLimitAndACutIsRefused) {
  EXPECT_EQ(parse_limit_bytes("max\n").value(), std::nullopt);
  EXPECT_EQ(parse_limit_bytes("1073741824\n").value(), 1073741824u);
  for (const char* text : {"", "max", "107374182", "-1\n", "1 2\n"}) {
    EXPECT_FALSE(parse_limit_bytes(text)) << text;
  }
}

using Folders = std::vector<std::filesystem::path>;

constexpr std::string_view kMountV2 =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

TEST(FindMemoryCgroup, ListsTheFoldersFromTheInnermostToTheMount) {
  const auto cgroup = find_memory_cgroup("0::/user.slice/app.scope\n", kMountV2);
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->version, 2);
  EXPECT_EQ(cgroup->folders, (Folders{"/sys/fs/cgroup/user.slice/app.scope",
                                      "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"}));
}

TEST(FindMemoryCgroup, WhereBothVersionsAreMountedTheMemoryControllerDecides) {
  const auto cgroup =
      find_memory_cgroup("5:cpu,cpuacct:/c\n4:memory:/a/b\n0::/z\n",
                         "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
                         "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                         "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:3 master:1 - "
                         "cgroup cgroup rw,memory\n");
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->version, 1);
  EXPECT_EQ(cgroup->folders.front(), "/sys/fs/cgroup/memory/a/b");
}

TEST(FindMemoryCgroup, AContainerThatSeesOnlyItsOwnGroupFindsItAtTheMount) {
  const auto cgroup = find_memory_cgroup(
      "4:memory:/docker/abc/inner\n",
      "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->folders, (Folders{"/sys/fs/cgroup/memory/inner", "/sys/fs/cgroup/memory"}));
  const auto same = find_memory_cgroup(
      "4:memory:/docker/abc\n",
      "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  EXPECT_EQ(same.value().folders, Folders{"/sys/fs/cgroup/memory"});
}

TEST(FindMemoryCgroup, AGroupOutsideOfTheMountOrAPathThatClimbsIsNotFollowed) {
  for (const char* line : {"0::/../sibling\n", "0::/a/../../etc\n", "0::/..\n", "0::/\n"}) {
    const auto cgroup = find_memory_cgroup(line, kMountV2);
    ASSERT_TRUE(cgroup) << line;
    EXPECT_EQ(cgroup->folders, Folders{"/sys/fs/cgroup"}) << line;
  }
}

TEST(FindMemoryCgroup, OfSeveralMountsTheOneThatShowsTheGroupIsTaken) {
  const auto cgroup = find_memory_cgroup(
      "4:memory:/docker/abc\n",
      "35 31 0:32 /docker/xyz /sys/fs/cgroup/other rw - cgroup cgroup rw,memory\n"
      "36 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->folders.front(), "/sys/fs/cgroup/memory/docker/abc");
}

TEST(FindMemoryCgroup, AMountMadeOutsideOfTheNamespaceShowsItsSiblings) {
  // A process of a cgroup namespace that was moved out of it, and a mount of the namespace's
  // parent.
  const auto cgroup = find_memory_cgroup("0::/../sibling/inner\n",
                                         "30 23 0:26 /.. /sys/fs/cgroup rw - cgroup2 none rw\n");
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->folders,
            (Folders{"/sys/fs/cgroup/sibling/inner", "/sys/fs/cgroup/sibling", "/sys/fs/cgroup"}));
  const auto own =
      find_memory_cgroup("0::/\n", "30 23 0:26 /.. /sys/fs/cgroup rw - cgroup2 none rw\n");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->folders, Folders{"/sys/fs/cgroup"});
}

TEST(FindMemoryCgroup, BlanksInAMountPointAreUnescaped) {
  const auto cgroup =
      find_memory_cgroup("0::/a\n", "30 23 0:26 / /my\\040cgroups rw - cgroup2 none rw\n");
  EXPECT_EQ(cgroup.value().folders.front(), "/my cgroups/a");
}

TEST(FindMemoryCgroup, WithoutOneThereIsNone) {
  EXPECT_FALSE(find_memory_cgroup("", ""));
  EXPECT_FALSE(find_memory_cgroup("0::/a\n", ""));
  EXPECT_FALSE(find_memory_cgroup("", kMountV2));
  EXPECT_FALSE(find_memory_cgroup("0::/a\n", "30 23 0:26 / /sys rw - sysfs sysfs rw\n"));
  EXPECT_FALSE(find_memory_cgroup("0::relative\n", kMountV2));
  EXPECT_FALSE(find_memory_cgroup("0::/a\n", "30 23 0:26  /sys/fs/cgroup rw - cgroup2 none rw\n"));
  EXPECT_FALSE(find_memory_cgroup("nonsense\n::\n", "nonsense\n - \n"));
}

}  // namespace
}  // namespace papr
