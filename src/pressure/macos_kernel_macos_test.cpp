// SPDX-License-Identifier: Apache-2.0
// The real kernel, on a Mac; elsewhere this is compiled and linked only.
#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>

#include "../base/subprocess.h"
#include "macos_answers.h"
#include "macos_kernel.h"
#include "macos_source.h"
#include "macos_tools_source.h"

namespace papr {
namespace {

TEST(MacosKernel, AnswersAsTheCommandsOfTheSystemSay) {
  const auto native = make_macos_source(make_macos_kernel())->sample(SteadyTime{});
  const auto tools = make_macos_tools_source(make_subprocess())->sample(SteadyTime{});
  ASSERT_TRUE(native) << native.error().message;
  ASSERT_TRUE(tools) << tools.error().message;
  EXPECT_NEAR(native->free_percent.value(), tools->free_percent.value(), 5);
  EXPECT_TRUE(native->kernel_level && native->swap_used_bytes);
  EXPECT_EQ(native->page_size_bytes, tools->page_size_bytes);
  EXPECT_LE(native->page_ins.value(), tools->page_ins.value());  // read before the tools were
  EXPECT_LE(native->swap_ins.value(), tools->swap_ins.value());
  EXPECT_LE(native->swap_outs.value(), tools->swap_outs.value());
}

TEST(MacosKernel, ANameThatItDoesNotKnowIsRefused) {
  SysctlAnswer sysctl;
  EXPECT_EQ(make_macos_kernel()->read_sysctl("kern.no_such_name", sysctl.bytes).code, ENOENT);
}

TEST(MacosKernel, TheStatisticsNameNoMoreWordsThanWereOffered) {
  const auto kernel = make_macos_kernel();
  VmWords words{};
  const auto answer = kernel->read_vm_statistics(words, kernel->vm_words_of_sdk());
  EXPECT_TRUE(answer.code == 0 || answer.code == kArrayTooLarge) << answer.code;
  if (answer.code == 0) {
    EXPECT_LE(answer.size, kernel->vm_words_of_sdk());
  }
  EXPECT_TRUE(std::has_single_bit(kernel->page_size_bytes()));
}

}  // namespace
}  // namespace papr
