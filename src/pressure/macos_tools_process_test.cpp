// SPDX-License-Identifier: Apache-2.0
// Source `macos-tools` on real processes that misbehave: what comes of it, how long it takes, and
// that none of them is left.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "../base/processes_for_test.h"
#include "../base/temporary_folder.h"
#include "macos_tools_source.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::array kTools = {"memory_pressure", "vm_stat", "sysctl"};

// A script that prints what the tool would.
std::string well(const std::string& tool) {
  if (tool == "memory_pressure") return "echo 'System-wide memory free percentage: 66%'\n";
  if (tool == "sysctl") return "echo 'kern.memorystatus_vm_pressure_level: 1'\n";
  return "echo 'Mach Virtual Memory Statistics: (page size of 16384 bytes)'\n"
         "echo 'Swapins: 7.'\n";
}

class MacosToolsProcesses : public testing::Test {
 protected:
  MacosToolsProcesses() {
    fs::create_directory(bin());
    for (const char* tool : kTools) put(tool, well(tool));
  }
  ~MacosToolsProcesses() override {
    // None that has ended and was not waited for, and none that runs.
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }

  [[nodiscard]] fs::path bin() const { return folder.path() / "bin"; }
  [[nodiscard]] fs::path pids() const { return folder.path() / "pids"; }

  void put(const std::string& tool, const std::string& script) const {
    write_program(bin() / tool, "#!/bin/sh\n" + script);
  }

  Result<MemorySample> sample(const std::optional<std::string>& path = std::nullopt) {
    const PathForTest set(path ? *path : bin().string() + ":/usr/bin:/bin");
    const auto start = std::chrono::steady_clock::now();
    auto taken = make_macos_tools_source(make_subprocess())->sample(SteadyTime{});
    took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took, 4s);  // 2 s is the contract; the rest is for a busy machine
    return taken;
  }

  const TemporaryFolder folder;
  std::chrono::steady_clock::duration took{};
};

struct Fault {
  const char* script;  // %PIDS% is the file for the numbers of processes, %WELL% what prints well
  ErrorCode code;
  const char* message;
};

std::string script_of(const Fault& fault, const std::string& tool, const fs::path& pids) {
  std::string script = fault.script;
  for (const auto& [mark, text] :
       {std::pair<std::string, std::string>{"%PIDS%", pids.string()}, {"%WELL%", well(tool)}}) {
    if (const auto at = script.find(mark); at != std::string::npos) {
      script.replace(at, mark.size(), text);
    }
  }
  return script;
}

constexpr Fault kQuickFaults[] = {
    {"%WELL% exit 1", ErrorCode::kUnavailable, "exit code 1"},
    {"kill -SEGV $$", ErrorCode::kUnavailable, "exit code 139"},
    {"%WELL% kill -KILL $$", ErrorCode::kUnavailable, "exit code 137"},
    {"exit 0", ErrorCode::kCorrupt, "read output of vm_stat: "},
    {"{ %WELL% } >&2", ErrorCode::kCorrupt, "read output of vm_stat: "},
    {"exec >&-; { %WELL% } 2>/dev/null; exit 0", ErrorCode::kCorrupt, "read output of vm_stat: "},
    {"head -c 1000000 /dev/zero | tr '\\0' x", ErrorCode::kCorrupt, "more than 65536 bytes"},
    {"yes", ErrorCode::kCorrupt, "more than 65536 bytes"},
};

TEST_F(MacosToolsProcesses, OneThatFailsLeavesItsNumbersUnknownAndTheOthersAreRead) {
  for (const Fault& fault : kQuickFaults) {
    SCOPED_TRACE(fault.script);
    put("vm_stat", script_of(fault, "vm_stat", pids()));
    const auto taken = sample();
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->free_percent, 66);
    EXPECT_EQ(taken->kernel_level, 1);
    EXPECT_FALSE(taken->swap_ins || taken->page_size_bytes);
  }
}

TEST_F(MacosToolsProcesses, WhereAllFailTheErrorSaysHow) {
  for (const Fault& fault : kQuickFaults) {
    SCOPED_TRACE(fault.script);
    for (const char* tool : {"memory_pressure", "vm_stat"}) {
      put(tool, script_of(fault, tool, pids()));
    }
    put("sysctl", fault.code == ErrorCode::kUnavailable ? "exit 1" : "exit 0");
    const auto taken = sample();
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, fault.code);
    EXPECT_NE(taken.error().message.find(fault.message), std::string::npos)
        << taken.error().message;
  }
}

TEST_F(MacosToolsProcesses, ThoseThatHangAreEndedAtTheLimitWithAllTheirChildren) {
  constexpr const char* kHangs[] = {
      "trap '' TERM HUP INT; sleep 600 & echo $! >> %PIDS%; wait",
      "%WELL% echo $$ >> %PIDS%; exec sleep 600",  // all said, and no end
      "echo $$ >> %PIDS%; exec sleep 600 >&-",     // no output any more
      "echo $$ >> %PIDS%; kill -STOP $$",
      "echo $$ >> %PIDS%; while :; do printf .; sleep 0.1; done"};
  for (const char* hang : kHangs) {
    SCOPED_TRACE(hang);
    for (const char* tool : kTools) put(tool, script_of({hang, {}, ""}, tool, pids()));
    const auto taken = sample();
    EXPECT_GE(took, 1800ms);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::kTimeout);
    EXPECT_NE(taken.error().message.find("run \"vm_stat\": not done within 1800 ms"),
              std::string::npos)
        << taken.error().message;
    EXPECT_TRUE(all_end_soon(pids()));
  }
}

TEST_F(MacosToolsProcesses, OneThatHangsTakesNoneOfTheOthersWithIt) {
  put("memory_pressure", "echo $$ >> " + pids().string() + "; exec sleep 600");
  const auto taken = sample();
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->free_percent, std::nullopt);
  EXPECT_EQ(taken->swap_ins, 7u);
  EXPECT_EQ(taken->kernel_level, 1);
  EXPECT_TRUE(all_end_soon(pids()));
}

TEST_F(MacosToolsProcesses, AChildThatIsLeftBehindIsEndedAndNotWaitedFor) {
  for (const char* child : {"sleep 600 &", "sleep 600 >/dev/null &", "(sleep 600 & sleep 600) &"}) {
    SCOPED_TRACE(child);
    put("vm_stat", well("vm_stat") + child + " echo $! >> " + pids().string());
    const auto taken = sample();
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->swap_ins, 7u);
    EXPECT_LT(took, 1800ms);
    EXPECT_TRUE(all_end_soon(pids()));
  }
}

// It has made itself a session of its own, so that the group's end is not its own.
TEST_F(MacosToolsProcesses, AChildThatHasLeftTheGroupIsNotWaitedFor) {
  if (::access("/usr/bin/setsid", X_OK) != 0) GTEST_SKIP() << "no setsid on this machine";
  put("vm_stat", "setsid sh -c 'echo $$ > " + pids().string() + "; exec sleep 30' &\n" +
                     "while ! [ -s " + pids().string() + " ]; do :; done\n" + well("vm_stat"));
  const auto taken = sample();
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->swap_ins, 7u);
  EXPECT_LT(took, 1800ms);
  pid_t daemon = 0;
  std::ifstream(pids()) >> daemon;
  ASSERT_GT(daemon, 0);
  ::kill(daemon, SIGKILL);
  EXPECT_TRUE(all_end_soon(pids()));
}

TEST_F(MacosToolsProcesses, WhatCannotBeStartedIsSaid) {
  for (const char* tool : kTools) fs::permissions(bin() / tool, fs::perms::owner_read);
  EXPECT_EQ(sample(bin()).error().message,
            "run \"memory_pressure\": Permission denied; run \"vm_stat\": Permission denied; "
            "run \"sysctl\": Permission denied");
  for (const char* tool : kTools) {
    fs::remove(bin() / tool);
    fs::create_directory(bin() / tool);
  }
  EXPECT_EQ(sample(bin()).error().code, ErrorCode::kUnavailable);
  for (const char* tool : kTools) {
    fs::remove(bin() / tool);
    write_program(bin() / tool,
                  "\x7F"
                  "no program");
  }
  EXPECT_NE(sample(bin()).error().message.find("run \"vm_stat\": exit code 127"),
            std::string::npos);
}

TEST_F(MacosToolsProcesses, WithoutAFolderOnPathNothingIsFoundThoughItLiesHere) {
  const CurrentFolderForTest current(bin());
  for (const char* path : {"", ":", ".:./", "bin:../bin", "/nowhere"}) {
    SCOPED_TRACE(path);
    const auto taken = sample(path);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::kNotFound);
    EXPECT_NE(taken.error().message.find("run \"vm_stat\": No such file"), std::string::npos);
  }
}

}  // namespace
}  // namespace papr
