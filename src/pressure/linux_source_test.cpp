// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>

#include "classify.h"
#include "linux_source_for_test.h"
#include "rate_window.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

TEST_F(LinuxSourceTest, ReadsTheMachine) {
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

TEST_F(LinuxSourceTest, AKernelWithoutPsiLeavesStallsUnknownAndSaysSo) {
  EXPECT_EQ(sample().caveat, "");
  std::filesystem::remove(folder_.path() / "proc/pressure/memory");
  EXPECT_EQ(sample().some_stall_percent_10s, std::nullopt);
  EXPECT_EQ(sample().full_stall_percent_10s, std::nullopt);
  EXPECT_EQ(sample().caveat, "Stalls are not known (no PSI)");
  EXPECT_EQ(sample().free_percent, 50);
}

TEST_F(LinuxSourceTest, DamageIsAnErrorThatNamesTheFile) {
  write("proc/pressure/memory", "some avg10=1");
  const auto seen = make_linux_source(folder_.path())->sample(kNow);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(seen.error().message.find("proc/pressure/memory"), std::string::npos);
}

TEST_F(LinuxSourceTest, WithoutMeminfoThereIsNoSample) {
  std::filesystem::remove(folder_.path() / "proc/meminfo");
  const auto seen = make_linux_source(folder_.path())->sample(kNow);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kNotFound);
}

TEST_F(LinuxSourceTest, WhatIsFreeIsReadEachTime) {
  const auto source = make_linux_source(folder_.path());
  ASSERT_TRUE(source->sample(kNow));
  write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 100000 kB\n");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 10);
}

TEST_F(LinuxSourceTest, CountersAndStallsAreReadAgainWhenTheyAreDueAndSayHowOldTheyAre) {
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

TEST_F(LinuxSourceTest, RatesAreRightHoweverOftenItIsAsked) {
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
