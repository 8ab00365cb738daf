// SPDX-License-Identifier: Apache-2.0
// What the recordings do not show: damage, and what other releases and locales may print.
#include <gtest/gtest.h>

#include <string>

#include "memory_pressure_output.h"
#include "sysctl_output.h"
#include "vm_stat_output.h"

namespace papr {
namespace {

TEST(ParseMemoryPressure, OnlyAWholePercentageIsTaken) {
  const std::string label = "System-wide memory free percentage:";
  EXPECT_EQ(parse_memory_pressure(label + " 0%\n").value(), 0);
  EXPECT_EQ(parse_memory_pressure(label + "100%").value(), 100);
  EXPECT_EQ(parse_memory_pressure(label + "  66,5%  ").value(), 66.5);
  for (const char* value : {"", " ", " 66", " %", " -1%", " 101%", " 66 %%", " nan%", " 1e1%",
                            " 99999999999999999999%", " 66.%", " 66.5.5%"}) {
    const auto percent = parse_memory_pressure(label + value);
    ASSERT_FALSE(percent) << value;
    EXPECT_EQ(percent.error().code, ErrorCode::kCorrupt) << value;
  }
}

TEST(ParseMemoryPressure, ThePercentageAloneIsEnough) {
  constexpr std::string_view kLine = "System-wide memory free percentage: 8%";
  for (const char* before : {"", "\n", "a new line: 12%\n", "Swap I/O:\r\nSwapins: 0 \r\n\t"}) {
    EXPECT_EQ(parse_memory_pressure(std::string(before).append(kLine)).value(), 8) << before;
  }
  EXPECT_FALSE(parse_memory_pressure("memory free percentage: 8%\n"));
  EXPECT_FALSE(parse_memory_pressure("Incorrect level. Use: System-wide memory free percentage\n"));
}

constexpr std::string_view kHeader = "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n";

std::string vm_stat_of(std::string_view lines) { return std::string(kHeader).append(lines); }

TEST(ParseVmStat, AKnownLabelWithoutAWholeNumberIsRefused) {
  EXPECT_EQ(parse_vm_stat(vm_stat_of("Swapins: 7.\n")).value().swap_ins, 7u);
  for (const char* line : {"Swapins:", "Swapins: 7", "Swapins: -7.", "Swapins: 7K.",
                           "Swapins: 99999999999999999999.", "Swapins: 7.5.", "Swapins: ."}) {
    EXPECT_FALSE(parse_vm_stat(vm_stat_of(line))) << line;
  }
}

TEST(ParseVmStat, OnlyASoundPageSizeIsTaken) {
  for (const char* size : {"0", "", "16383", "-1", "4096K", "99999999999999999999"}) {
    const std::string text = std::string("Mach Virtual Memory Statistics: (page size of ") + size +
                             " bytes)\nSwapins: 7.\n";
    EXPECT_FALSE(parse_vm_stat(text)) << size;
  }
  EXPECT_FALSE(
      parse_vm_stat("Mach Virtual Memory Statistics: (page size of 16384 by\nSwapins: 7.\n"));
}

TEST(ParseVmStat, ColumnsMayBeOfAnyWidthAndLinesMayBeNew) {
  for (const char* lines :
       {"Swapins:7.\nPageins: 3.",
        "Swapins:                                                  7.\n"
        "\"Translation faults\":  9.\nPages tagged: x\nno colon\n:\n\tPageins:\t3.\t\r\n"}) {
    const auto stat = parse_vm_stat(vm_stat_of(lines));
    ASSERT_TRUE(stat) << stat.error().message;
    EXPECT_EQ(stat->swap_ins, 7u);
    EXPECT_EQ(stat->page_ins, 3u);
    EXPECT_EQ(stat->swap_outs, std::nullopt);
  }
}

TEST(ParseVmStat, ALabelThatOnlyBeginsLikeOneIsAnother) {
  const auto stat = parse_vm_stat(
      vm_stat_of("Swapins today: 1.\nAll Swapins: 2.\nPages freed: 3.\nSwapouts: 4.\n"));
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_EQ(stat->swap_ins, std::nullopt);
  EXPECT_EQ(stat->free, std::nullopt);
  EXPECT_EQ(stat->swap_outs, 4u);
}

TEST(ParseVmStat, OutputOfMemoryPressureIsNotTakenForIt) {
  EXPECT_FALSE(parse_vm_stat(
      "The system has 17179869184 (1048576 pages with a page size of 16384).\nPages free: 5 \n"));
}

TEST(FreePercentOfVmStat, SurvivesTheWrapOfFreePages) {
  // 100 free pages, of which 150 were speculative a moment later: printed as 2^32 - 50.
  const auto stat =
      parse_vm_stat(vm_stat_of("Pages free: 4294967246.\nPages active: 100.\nPages inactive: 100.\n"
                               "Pages speculative: 150.\nPages wired down: 50.\n"
                               "Pages occupied by compressor: 50.\n"));
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_EQ(free_percent_of(*stat), 75);
}

TEST(FreePercentOfVmStat, IsUnknownWhereANumberIsMissingOrAllAreZero) {
  EXPECT_EQ(free_percent_of(VmStat{.page_size_bytes = 4096, .free = 5}), std::nullopt);
  EXPECT_EQ(free_percent_of(VmStat{.page_size_bytes = 4096,
                                   .free = 0,
                                   .active = 0,
                                   .inactive = 0,
                                   .speculative = 0,
                                   .wired = 0,
                                   .compressor = 0}),
            std::nullopt);
}

TEST(ParseSysctl, ReadsAllThatIsAskedForAtOnce) {
  const auto output = parse_sysctl(
      "vm.swapusage: total = 1024.00M  used = 512.50M  free = 511.50M  (encrypted)\n"
      "kern.memorystatus_vm_pressure_level: 4\nkern.memorystatus_level: 12\n");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->swap_used_bytes, 537395200u);
  EXPECT_EQ(output->kernel_level, 4);
  EXPECT_EQ(output->free_percent, 12);
}

TEST(ParseSysctl, BlanksAndNewLinesMayDiffer) {
  for (const char* text :
       {"vm.swapusage: total = 3.00M used = 1.50M free = 1.50M",
        "vm.swapusage:total=3.00M used=1.50M free=1.50M\n",
        "\tvm.swapusage:   total =   3.00M   used =   1.50M   free =   1.50M   (encrypted)   \r\n",
        "total = 3,00M  used = 1,50M  free = 1,50M",
        "totals\n\nkern.osversion: 1\ntotal = 3M used = "
        "1.5M free = 1.50M\nnew: total = 9M\n"}) {
    const auto output = parse_sysctl(text);
    ASSERT_TRUE(output) << text << output.error().message;
    EXPECT_EQ(output->swap_used_bytes, 1572864u) << text;
    EXPECT_EQ(output->swap_total_bytes, 3145728u) << text;
  }
}

TEST(ParseSysctl, ANumberThatMayHaveBeenCutIsNotKnownAndTheOthersAre) {
  const auto output =
      parse_sysctl("kern.memorystatus_vm_pressure_level: 2\nkern.memorystatus_level: 6");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->kernel_level, 2);
  EXPECT_EQ(output->free_percent, std::nullopt);
}

TEST(ParseSysctl, WhatTheKernelDoesNotPrintIsRefused) {
  for (const char* text :
       {"", "hw.memsize: 8\n", "vm.swapusage:", "vm.swapusage: total = 1.00M",
        "vm.swapusage: total = 1.00M  used = 2.00M  free = 0.00M",
        "vm.swapusage: total = 1.00G  used = 0.00G  free = 1.00G",
        "vm.swapusage: total = -1.00M  used = 0.00M  free = 1.00M",
        "vm.swapusage: total = 99999999999999.00M  used = 0.00M  free = 1.00M",
        "kern.memorystatus_vm_pressure_level: 3\n", "kern.memorystatus_vm_pressure_level: \n",
        "kern.memorystatus_vm_pressure_level: 12\n", "kern.memorystatus_level: 101\n",
        "kern.memorystatus_level: 6", "kern.memorystatus_level: x\n"}) {
    EXPECT_FALSE(parse_sysctl(text)) << text;
  }
}

}  // namespace
}  // namespace papr
