// SPDX-License-Identifier: Apache-2.0
#include "macos_tools_source.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "../base/fake_subprocess.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{1h};

std::string recorded(const std::string& name) {
  std::ifstream file(std::string(PAPR_TEST_DATA_DIR) + "/macos_outputs/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string kMemoryPressure =
    recorded("memory_pressure/quiet-apple-silicon-16gb-66pct-2026-09-01.txt");
const std::string kVmStat = recorded("vm_stat/apple-silicon-32gb-plenty-free-2026-05-29.txt");
const std::string kSysctl =
    "vm.swapusage: total = 1024.00M  used = 512.00M  free = 512.00M  (encrypted)\n"
    "kern.memorystatus_vm_pressure_level: 1\nkern.memorystatus_level: 67\n";

using Programs = std::map<std::string, Result<CommandOutput>>;

CommandOutput ends(int exit_code, std::string out = {}) {
  return {.exit_code = exit_code, .out = std::move(out)};
}

Programs all_well() {
  return {{"memory_pressure", ends(0, kMemoryPressure)},
          {"vm_stat", ends(0, kVmStat)},
          {"sysctl", ends(0, kSysctl)}};
}

Result<MemorySample> sample_with(Programs programs) {
  return make_macos_tools_source(std::make_unique<FakeSubprocess>(std::move(programs)))
      ->sample(kNow);
}

TEST(MacosToolsSource, PutsTogetherWhatThreeToolsSay) {
  const auto sample = sample_with(all_well());
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->taken_at, kNow);
  EXPECT_EQ(sample->free_percent, 66);
  EXPECT_EQ(sample->swap_used_bytes, 536870912u);
  EXPECT_EQ(sample->kernel_level, 1);
  EXPECT_EQ(sample->page_size_bytes, 16384u);
  EXPECT_EQ(sample->page_ins, 76117151u);
  EXPECT_EQ(sample->page_outs, 2996313u);
  EXPECT_EQ(sample->swap_ins, 7u);
  EXPECT_EQ(sample->swap_outs, 16u);
  EXPECT_EQ(sample->some_stall_percent_10s, std::nullopt);
}

TEST(MacosToolsSource, WithoutMemoryPressureTheKernelOrVmStatTellsWhatIsFree) {
  Programs programs = all_well();
  programs.erase("memory_pressure");
  EXPECT_EQ(sample_with(programs).value().free_percent, 67);
  programs.erase("sysctl");
  EXPECT_EQ(sample_with(programs).value().free_percent, 88);
}

TEST(MacosToolsSource, OneToolThatFailsLeavesItsNumbersUnknown) {
  Programs programs = all_well();
  programs.insert_or_assign("vm_stat", ends(1, kVmStat));
  auto sample = sample_with(programs);
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->swap_ins, std::nullopt);
  EXPECT_EQ(sample->free_percent, 66);

  programs = all_well();
  programs.insert_or_assign("sysctl", ends(0, "garbage"));
  sample = sample_with(programs);
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->swap_used_bytes, std::nullopt);
  EXPECT_EQ(sample->kernel_level, std::nullopt);
}

TEST(MacosToolsSource, SysctlThatDoesNotKnowOneNameIsStillHeard) {
  Programs programs = all_well();
  programs.insert_or_assign("sysctl",
                            ends(1, "vm.swapusage: total = 0.00M  used = 0.00M  free = 0.00M\n"));
  const auto sample = sample_with(programs);
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->swap_used_bytes, 0u);
  EXPECT_EQ(sample->kernel_level, std::nullopt);
}

TEST(MacosToolsSource, WhenAllFailTheErrorNamesEach) {
  const auto missing = sample_with({});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  for (const char* tool : {"memory_pressure", "vm_stat", "sysctl"}) {
    EXPECT_NE(missing.error().message.find(tool), std::string::npos) << missing.error().message;
  }
  EXPECT_NE(missing.error().remedy, "");

  const auto mixed = sample_with({{"memory_pressure", ends(3)},
                                  {"vm_stat", fail(ErrorCode::kTimeout, "run \"vm_stat\": late")},
                                  {"sysctl", ends(0, "")}});
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(mixed.error().message.find("exit code 3"), std::string::npos);
  EXPECT_NE(mixed.error().message.find("late"), std::string::npos);

  const auto failed = sample_with({{"sysctl", ends(1)}});
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("run \"sysctl\": exit code 1"), std::string::npos);
}

// Each tool ends only once the others have been started, or at its limit.
class AllAtOnce final : public Subprocess {
 public:
  Result<CommandOutput> run(const Command& command) override {
    EXPECT_LE(command.time_limit, 1900ms);
    ++started_;
    const auto give_up = std::chrono::steady_clock::now() + 30s;
    while (started_ < 3) {
      if (std::chrono::steady_clock::now() > give_up) {
        return fail(ErrorCode::kTimeout, "the others were not started");
      }
      std::this_thread::yield();
    }
    return CommandOutput{.exit_code = 0, .out = command.argv.front() == "vm_stat" ? kVmStat : ""};
  }

 private:
  std::atomic<int> started_ = 0;
};

TEST(MacosToolsSource, ToolsRunSideBySide) {
  const auto sample = make_macos_tools_source(std::make_unique<AllAtOnce>())->sample(kNow);
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->swap_ins, 7u);
}

}  // namespace
}  // namespace papr
