// SPDX-License-Identifier: Apache-2.0
// What the recordings do not show: damage, and what other releases and locales may print.
#include <gtest/gtest.h>

#include <string>

#include "memory_pressure_output.h"
#include "sysctl_output.h"
#include "vm_stat_output.h"

namespace papr {
namespace {

// Its error is kCorrupt and names the tool.
template <class T>
void expect_refused(const Result<T>& parsed, const std::string& tool, const std::string& text) {
  ASSERT_FALSE(parsed) << text;
  EXPECT_EQ(parsed.error().code, ErrorCode::kCorrupt) << text;
  EXPECT_TRUE(parsed.error().message.starts_with("read output of " + tool + ": "))
      << parsed.error().message;
}

TEST(ParseMemoryPressure, OnlyAWholePercentageIsTaken) {
  const std::string label = "System-wide memory free percentage:";
  EXPECT_EQ(parse_memory_pressure(label + " 0%\n").value(), 0);
  EXPECT_EQ(parse_memory_pressure(label + "100%").value(), 100);
  EXPECT_EQ(parse_memory_pressure(label + "  66,5%  ").value(), 66.5);
  EXPECT_EQ(parse_memory_pressure(label + "\t66 %\r\n").value(), 66);
  for (const char* value : {"", " ", " 66", " %", " -1%", " 101%", " 66 %%", " nan%", " 1e1%",
                            " 99999999999999999999%", " 66.%", " 66.5.5%", " 1.066%%", " +6%"}) {
    expect_refused(parse_memory_pressure(label + value), "memory_pressure", label + value);
  }
}

// The whole output of an old release, which ends where a newer one has its percentage.
TEST(ParseMemoryPressure, WithoutAPercentageThereIsNone) {
  for (const char* text :
       {"", "\n",
        "The system has 4294967296 (1048576 pages with a page size of 4096).\n\nStats: \n"
        "Pages free: 5 \nPages purgeable: 3 \n\nSwap I/O:\nSwapins: 0 \nSwapouts: 0 \n",
        "memory_pressure: illegal option -- Q\n", "System-wide memory free percentage\n"}) {
    expect_refused(parse_memory_pressure(text), "memory_pressure", text);
  }
}

// As of a simulation, which prints its state more than once: which of them is now, is not said.
TEST(ParseMemoryPressure, TwoPercentagesAreRefusedUnlessTheyAreOne) {
  const std::string line = "System-wide memory free percentage: 66%\n";
  EXPECT_EQ(parse_memory_pressure(line + "Reset system state\n" + line).value(), 66);
  expect_refused(parse_memory_pressure(line + "System-wide memory free percentage: 12%\n"),
                 "memory_pressure", "66, 12");
}

TEST(ParseMemoryPressure, ThePercentageAloneIsEnough) {
  constexpr std::string_view kLine = "System-wide memory free percentage: 8%";
  for (const char* before :
       {"", "\n", "a new line: 12%\n", "Swap I/O:\r\nSwapins: 0 \r\n\t", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(parse_memory_pressure(std::string(before).append(kLine)).value(), 8) << before;
  }
  EXPECT_FALSE(parse_memory_pressure("memory free percentage: 8%\n"));
  EXPECT_FALSE(parse_memory_pressure("Incorrect level. Use: System-wide memory free percentage\n"));
}

constexpr std::string_view kHeader = "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n";

std::string vm_stat_of(std::string_view lines) { return std::string(kHeader).append(lines); }

TEST(ParseVmStat, AKnownLabelWithoutAWholeNumberIsRefused) {
  EXPECT_EQ(parse_vm_stat(vm_stat_of("Swapins: 7.\n")).value().swap_ins, 7u);
  EXPECT_EQ(parse_vm_stat(vm_stat_of("Swapins: 7\n")).value().swap_ins, 7u);
  EXPECT_EQ(parse_vm_stat(vm_stat_of("Swapins : 18446744073709551615.")).value().swap_ins,
            ~std::uint64_t{0});
  for (const char* line :
       {"Swapins:", "Swapins: 7", "Swapins: -7.", "Swapins: +7.", "Swapins: 7K.",
        "Swapins: 18446744073709551616.", "Swapins: 7.5.", "Swapins: .", "Swapins: 7..",
        "Swapins: 1,234.", "Swapins: 1 234.", "Swapins: 0x7.", "Swapins: seven.\n", "Swapins: 7 8.",
        "Pageins: 3.\nSwapins: \n", "Swapins: 7.\nSwapins: 8.\n"}) {
    expect_refused(parse_vm_stat(vm_stat_of(line)), "vm_stat", line);
  }
}

TEST(ParseVmStat, OldReleasesLackWhatTheyDidNotCount) {
  const auto stat = parse_vm_stat(
      "Mach Virtual Memory Statistics: (page size of 4096 bytes)\n"
      "Pages free:                   3194.\nPages active:                34594.\n"
      "Pages inactive:              17870.\nPages wired down:             9878.\n"
      "\"Translation faults\":      6333197.\nPages copy-on-write:        89621.\n"
      "Pages zero filled:         4098137.\nPages reactivated:          106531.\n"
      "Pageins:                      28716.\nPageouts:                      4162.\n"
      "Object cache: 226822 hits of 267914 lookups (84% hit rate)\n");
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_EQ(stat->page_size_bytes, 4096u);
  EXPECT_EQ(stat->page_ins, 28716u);
  EXPECT_EQ(stat->page_outs, 4162u);
  EXPECT_FALSE(stat->swap_ins || stat->swap_outs || stat->speculative || stat->compressor);
  EXPECT_EQ(free_percent_of(*stat), std::nullopt);
}

TEST(ParseVmStat, OutputThatIsNotASnapshotIsRefused) {
  for (const char* text :
       {"", "Swapins: 7.\n", "(page size of 4096 bytes)\nSwapins: 7.\n",
        "Mach Virtual Memory Statistics:\nSwapins: 7.\n",
        "Mach Virtual Memory Statistics:\n"
        "Mach Virtual Memory Statistics: (page size of 4096 bytes)\nSwapins: 7.\n",
        "Mach Virtual Memory Statistics: (page size of 4096 bytes, cache hits 62%)\n"
        "    free   active inactive     wire   faults     copy 0fill reactive pageins pageout\n"
        "    3194    34594    17870     9878  6333197    89621 4098K   106531   28716    4162\n",
        "vm_stat: failed to get statistics. error 1\n",
        "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
        " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n",
        "Mach Virtual Memory Statistics: (page size of 4096 bytes)\nSwapins: 7.\n"
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\nSwapins: 7.\n"}) {
    expect_refused(parse_vm_stat(text), "vm_stat", text);
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

TEST(ParseVmStat, IntervalModeIsCalledThatInEveryRelease) {
  for (const char* after : {"", ", cache hits 62%"}) {
    const auto stat =
        parse_vm_stat(std::string("Mach Virtual Memory Statistics: (page size of 4096 bytes")
                          .append(after)
                          .append(")\n  free active\n  3194  34594\n"));
    ASSERT_FALSE(stat);
    EXPECT_NE(stat.error().message.find("interval mode"), std::string::npos)
        << stat.error().message;
  }
}

TEST(ParseVmStat, ColumnsMayBeOfAnyWidthAndLinesMayBeNew) {
  for (const char* lines :
       {"Swapins:7.\nPageins: 3.",
        "Swapins:                                                  7.\n"
        "\"Translation faults\":  9.\nPages tagged: x\nno colon\n:\n\tPageins:\t3.\t\r\n",
        "Swapins: 7.\r\nPageins: 3\r\nSwapins: 7.\r\n\r\n"}) {
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

TEST(FreePercentOfVmStat, IsUnknownWhereThereAreMorePagesThanTheKernelCanCount) {
  VmStat stat{.page_size_bytes = 4096,
              .free = 1,
              .active = 0xFFFFFFFF,
              .inactive = 0xFFFFFFFF,
              .speculative = 0,
              .wired = 0,
              .compressor = 0};
  EXPECT_EQ(free_percent_of(stat), 100);
  stat.free = std::uint64_t{1} << 32;
  EXPECT_EQ(free_percent_of(stat), std::nullopt);
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
        "\xEF\xBB\xBFvm.swapusage: total = 3072,00K used = 1536,00K free = 1536,00K\r\n",
        "vm.swapusage = total = 3M used = 1.5M free = 1.5M\nsysctl: unknown oid 'x'\n",
        "vm.swapusage=total = 3.00M  used = 1.50M  free = 1.50M  (encrypted)\n",
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

TEST(ParseSysctl, TheUnitCounts) {
  for (const auto& [used, bytes] : {std::pair{"512.00K", 524288.0},
                                    {"1.50G", 1610612736.0},
                                    {"0,25T", 274877906944.0},
                                    {"0.00M", 0.0}}) {
    const auto output = parse_sysctl(std::string("vm.swapusage: total = 1.00T  used = ")
                                         .append(used)
                                         .append("  free = 1.00G\n"));
    ASSERT_TRUE(output) << used << output.error().message;
    EXPECT_EQ(output->swap_used_bytes, bytes) << used;
  }
}

TEST(ParseSysctl, AValueThatIsNotSoundIsNotKnownAndTheOthersAre) {
  for (const char* line : {"vm.swapusage: total = 1.00M",
                           "vm.swapusage: total = 1024.00  used = 512.00  free = 512.00",
                           "kern.memorystatus_level: 101",
                           "kern.memorystatus_level: 6\nkern.memorystatus_level: 66"}) {
    const auto output =
        parse_sysctl(std::string("kern.memorystatus_vm_pressure_level: 4\n").append(line) + "\n");
    ASSERT_TRUE(output) << line << output.error().message;
    EXPECT_EQ(output->kernel_level, 4) << line;
    EXPECT_FALSE(output->swap_used_bytes || output->free_percent) << line;
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
       {"",
        "hw.memsize: 8\n",
        "vm.swapusage:",
        "vm.swapusage: total = 1.00M",
        "vm.swapusage: total = 3.00M  used = 1.50M  \n",
        "vm.swapusage: total = 3.00M  used = 1.50M  free = 1.5\n",
        "vm.swapusage: total = 1.00M  used = 2.00M  free = 0.00M",
        "vm.swapusage: total = 1.00MB  used = 0.00MB  free = 1.00MB",
        "vm.swapusage: total = 1.00  used = 0.00  free = 1.00",
        "vm.swapusage: total = 1,024.00M  used = 0.00M  free = 1,024.00M",
        "vm.swapusage: total = 1.00M  used = -0.50M  free = 1.00M",
        "vm.swapusage: total = nanM  used = nanM  free = nanM",
        "vm.swapusage_total: total = 1.00M  used = 0.00M  free = 1.00M",
        "vm.swapusage: total = 2.00M  used = 1.00M  free = 1.00M\n"
        "vm.swapusage: total = 2.00M  used = 2.00M  free = 0.00M\n",
        "vm.swapusage: total = -1.00M  used = 0.00M  free = 1.00M",
        "vm.swapusage: total = 99999999999999.00M  used = 0.00M  free = 1.00M",
        "vm.swapusage: total = 18446744073709551616.00K  used = 0.00M  free = 1.00M",
        "kern.memorystatus_vm_pressure_level: 3\n",
        "kern.memorystatus_vm_pressure_level: \n",
        "kern.memorystatus_vm_pressure_level: 12\n",
        "kern.memorystatus_level: 101\n",
        "kern.memorystatus_level: 6",
        "kern.memorystatus_level: x\n"}) {
    expect_refused(parse_sysctl(text), "sysctl", text);
  }
}

}  // namespace
}  // namespace papr
