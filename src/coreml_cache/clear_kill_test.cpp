// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "cache_clear.h"
#include "fake_caches.h"
#include "plan_of_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// Clears in a process that kills itself before its change number `at`; false: it came to the end.
bool clear_and_die(const FakeCaches& fake, int at) {
  const pid_t child = ::fork();
  if (child == 0) {
    int change = 0;
    const auto report = clear(plan_of(fake), fake.caches(), {.before_change = [&] {
                                if (++change == at) ::kill(::getpid(), SIGKILL);
                              }});
    ::_exit(report && report->errors.empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  return WIFSIGNALED(status);
}

std::size_t files_in(const fs::path& folder) {
  std::size_t files = 0;
  if (!fs::exists(folder)) return 0;
  for (const auto& below : fs::recursive_directory_iterator(folder)) {
    if (below.is_regular_file()) ++files;
  }
  return files;
}

TEST(KilledClear, LeavesEachEntryWholeOrGoneAtEveryPointAndTheNextRunEndsIt) {
  int at = 1;
  for (bool killed = true; killed; ++at) {
    const FakeCaches fake;
    const auto other = FakeCaches::add(fake.bundles("com.example.notes"), "nn");
    const std::vector<fs::path> entries = {FakeCaches::add(fake.own(), "aa"),
                                           FakeCaches::add(fake.own(), "bb"),
                                           FakeCaches::add(fake.legacy(), "cc")};
    killed = clear_and_die(fake, at);
    for (const auto& entry : entries) {
      const auto files = files_in(entry);
      EXPECT_TRUE(files == 2 || !fs::exists(entry)) << entry << " at change " << at;
    }
    const auto report = clear(plan_of(fake), fake.caches());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->errors.empty());
    for (const auto& entry : entries) EXPECT_FALSE(fs::exists(entry)) << entry;
    EXPECT_EQ(files_in(fake.trash()), 0U) << "at change " << at;
    EXPECT_EQ(files_in(other), 2U);
  }
  EXPECT_GT(at, 15);
}

TEST(ConcurrentClear, TheSecondIsToldWhoIsAtIt) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  const auto plan = plan_of(fake);
  int change = 0;
  Result<ClearReport> second;
  const auto first = clear(plan, fake.caches(), {.before_change = [&] {
                             if (++change == 4) second = clear(plan, fake.caches());
                           }});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->cleared.size(), 1U);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  const auto holder = "process " + std::to_string(::getpid()) + " is clearing";
  EXPECT_NE(second.error().message.find(holder), std::string::npos) << second.error().message;
}

TEST(ConcurrentClear, SeveralProcessesTakeEachEntryOnceAndHarmNothing) {
  const FakeCaches fake;
  const auto other = FakeCaches::add(fake.bundles("com.example.notes"), "nn");
  for (int i = 0; i < 50; ++i) FakeCaches::add(fake.own(), std::to_string(i), 100);
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      std::size_t cleared = 0;
      for (auto plan = plan_of(fake); !plan.entries.empty(); plan = plan_of(fake)) {
        const auto report = clear(plan, fake.caches());
        if (report) cleared += report->cleared.size();
      }
      ::_exit(static_cast<int>(cleared));
    }
    children.push_back(child);
  }
  int cleared = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    cleared += WEXITSTATUS(status);
  }
  EXPECT_EQ(cleared, 50);
  EXPECT_EQ(files_in(fake.trash()), 0U);
  EXPECT_EQ(files_in(other), 2U);
}

}  // namespace
}  // namespace papr
