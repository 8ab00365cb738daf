// SPDX-License-Identifier: Apache-2.0
// Source `macos` on a kernel of ours. The same source on Darwin's own headers, under a sanitizer:
// tests/macos/test_retargeted_source.py.
#include "macos_source.h"

#include <gtest/gtest.h>

#include <string>

#include "fake_macos_kernel.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{1h};
constexpr auto kLevel = "kern.memorystatus_level";
constexpr auto kPressureLevel = "kern.memorystatus_vm_pressure_level";
constexpr auto kSwapUsage = "vm.swapusage";
constexpr std::uint64_t kGiB = 1U << 30;

class MacosSource : public testing::Test {
 protected:
  Result<MemorySample> sample() {
    if (!source_) source_ = make_macos_source(std::make_unique<FakeMacosKernel>(kernel));
    return source_->sample(kNow);
  }
  void restart() { source_.reset(); }

  FakeMacosState kernel;

 private:
  std::unique_ptr<MemorySource> source_;
};

TEST_F(MacosSource, PutsTogetherWhatTheKernelSays) {
  kernel.put_swap(3 * kGiB, 2 * kGiB);
  const auto read = sample();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->taken_at, kNow);
  EXPECT_EQ(read->free_percent, 66);
  EXPECT_EQ(read->kernel_level, 1);
  EXPECT_EQ(read->swap_used_bytes, 2 * kGiB);
  EXPECT_EQ(read->page_size_bytes, 16384u);
  EXPECT_EQ(read->page_ins, 76u);
  EXPECT_EQ(read->page_outs, 29u);
  EXPECT_EQ(read->swap_ins, 7u);
  EXPECT_EQ(read->swap_outs, 16u);
  EXPECT_EQ(read->some_stall_percent_10s, std::nullopt);
}

TEST_F(MacosSource, ALevelIsOneOfThreeOrNotKnown) {
  for (const int level : {1, 2, 4}) {
    kernel.put_int(kPressureLevel, level);
    EXPECT_EQ(sample().value().kernel_level, level);
  }
  for (const int level : {0, 3, 5, 8, -1, 0x60002}) {
    kernel.put_int(kPressureLevel, level);
    EXPECT_EQ(sample().value().kernel_level, std::nullopt) << level;
  }
}

TEST_F(MacosSource, WithoutTheKernelsPercentageThePageCountsTell) {
  for (const int no_percentage : {101, -1}) {
    kernel.put_int(kLevel, no_percentage);
    EXPECT_EQ(sample().value().free_percent, 75);  // 6000 of 8000
  }
  kernel.refuse(kLevel, EPERM);
  EXPECT_EQ(sample().value().free_percent, 75);
}

TEST_F(MacosSource, MoreSpeculativePagesThanFreeOnesDoNotWrap) {
  kernel.refuse(kLevel, EPERM);
  kernel.words[vm_word::kSpeculative] = 1500;  // counted a moment after the free ones
  EXPECT_EQ(sample().value().free_percent, 75);
}

TEST_F(MacosSource, CountersAreOf64Bits) {
  kernel.words[vm_word::kSwapIns + 1] = 1;
  kernel.words[vm_word::kSwapOuts] = -1;
  EXPECT_EQ(sample().value().swap_ins, (std::uint64_t{1} << 32) + 7);
  EXPECT_EQ(sample().value().swap_outs, 0xFFFFFFFFu);
}

TEST_F(MacosSource, FirstOfferedIsWhatTheSdkKnows) {
  for (const std::size_t known : {38u, 40u, 104u}) {
    restart();
    kernel.sdk_words = known;
    kernel.offered.clear();
    ASSERT_TRUE(sample());
    EXPECT_EQ(kernel.offered, std::vector{known});
  }
}

TEST_F(MacosSource, AKernelThatHasMoreIsOfferedJustThatFromThenOn) {
  kernel.sdk_words = 38;
  kernel.words.resize(104);
  kernel.too_large = {40, 62, 104};
  EXPECT_EQ(sample().value().swap_ins, 7u);
  EXPECT_EQ(sample().value().swap_ins, 7u);
  EXPECT_EQ(kernel.offered, (std::vector<std::size_t>{38, 40, 62, 104, 104}));
}

TEST_F(MacosSource, AKernelThatWantsNoMoreOrMoreThanThereIsIsNotAskedForEver) {
  for (const std::size_t wanted : {0u, 39u, 40u, 1025u, ~0u}) {
    restart();
    kernel.offered.clear();
    kernel.too_large = {wanted};
    const auto read = sample();
    EXPECT_EQ(kernel.offered.size(), 1u) << wanted;
    EXPECT_EQ(read.value().swap_ins, std::nullopt) << wanted;
    EXPECT_EQ(read->free_percent, 66) << wanted;
  }
}

TEST_F(MacosSource, AFieldThatDidNotComeBackIsNotKnown) {
  kernel.refuse(kLevel, EPERM);
  kernel.sdk_words = 104;
  kernel.words.resize(38);
  EXPECT_EQ(sample().value().free_percent, 75);
  kernel.words.resize(32);
  EXPECT_EQ(sample().value().free_percent, std::nullopt);
  EXPECT_EQ(sample().value().swap_outs, 16u);
  kernel.words.resize(31);  // half of it
  EXPECT_EQ(sample().value().swap_outs, std::nullopt);
  EXPECT_EQ(sample().value().swap_ins, 7u);
  kernel.words.resize(9);
  EXPECT_EQ(sample().value().page_ins, std::nullopt);
  kernel.words.clear();
  EXPECT_EQ(sample().value().kernel_level, 1);
}

TEST_F(MacosSource, MoreWordsThanWereOfferedAreNotBelieved) {
  kernel.sdk_words = 30;
  for (const std::size_t claimed : {31u, 1025u, ~0u}) {
    kernel.claims = claimed;
    EXPECT_EQ(sample().value().swap_ins, 7u) << claimed;
    EXPECT_EQ(sample().value().swap_outs, std::nullopt) << claimed;
  }
}

TEST_F(MacosSource, AnAnswerOfAnotherSizeIsNotKnown) {
  const std::uint64_t wide = 2;
  for (const auto* name : {kLevel, kPressureLevel}) kernel.put(name, &wide, sizeof wide);
  kernel.put(kSwapUsage, &wide, sizeof wide);
  const auto read = sample();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->kernel_level, std::nullopt);
  EXPECT_EQ(read->free_percent, 75);
  EXPECT_EQ(read->swap_used_bytes, std::nullopt);
}

TEST_F(MacosSource, SwapUsageMayGrowAndMustHold) {
  const std::uint64_t longer[] = {8, 6, 2, 16384, 0, 0, 5};
  kernel.put(kSwapUsage, longer, sizeof longer);
  EXPECT_EQ(sample().value().swap_used_bytes, 2u);
  kernel.put_swap(0, 0);
  EXPECT_EQ(sample().value().swap_used_bytes, 0u);
  kernel.put_swap(1, 2);
  EXPECT_EQ(sample().value().swap_used_bytes, std::nullopt);
}

TEST_F(MacosSource, APageSizeThatCannotBeIsNotKnown) {
  for (const std::uint64_t size : {4096u, 16384u}) {
    kernel.page_size_bytes = size;
    EXPECT_EQ(sample().value().page_size_bytes, size);
  }
  for (const std::uint64_t size : {0u, 4095u}) {
    kernel.page_size_bytes = size;
    EXPECT_EQ(sample().value().page_size_bytes, std::nullopt);
  }
}

TEST_F(MacosSource, AnyOneOfThreeIsEnough) {
  kernel.refuse(kSwapUsage, EPERM);
  kernel.refuse(kLevel, EPERM);
  kernel.refuse(kPressureLevel, EPERM);
  EXPECT_EQ(sample().value().swap_ins, 7u);
  kernel.vm_code = 5;
  kernel.put_int(kPressureLevel, 2);
  EXPECT_EQ(sample().value().kernel_level, 2);
  kernel.refuse(kPressureLevel, ENOENT);
  kernel.put_int(kLevel, 40);
  EXPECT_EQ(sample().value().free_percent, 40);
}

TEST_F(MacosSource, WhenNothingSpeaksOfPressureTheErrorNamesEach) {
  kernel.refuse(kLevel, EPERM);
  kernel.put_int(kPressureLevel, 3);
  kernel.vm_code = 5;
  auto read = sample();  // The swap in use alone would pass for a calm machine.
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(read.error().message,
            "read kern.memorystatus_level: Operation not permitted; "
            "read kern.memorystatus_vm_pressure_level: 3 is no level; "
            "read host_statistics64: kern_return_t 5");
  EXPECT_NE(read.error().remedy, "");

  kernel.refuse(kSwapUsage, EPERM);
  kernel.vm_code = 0;
  kernel.words.resize(24);
  read = sample();
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("only 24 words; read vm.swapusage: "), std::string::npos)
      << read.error().message;
}

TEST_F(MacosSource, OneCodeForAllWhereAllHaveTheSame) {
  kernel.words.clear();
  for (const auto* name : {kLevel, kPressureLevel, kSwapUsage}) kernel.put(name, "", 0);
  EXPECT_EQ(sample().error().code, ErrorCode::kCorrupt);
  kernel.refuse(kLevel, ENOENT);
  EXPECT_EQ(sample().error().code, ErrorCode::kUnavailable);
}

TEST_F(MacosSource, IsQuick) {
  EXPECT_TRUE(make_macos_source(std::make_unique<FakeMacosKernel>(kernel))->is_quick());
}

}  // namespace
}  // namespace papr
