// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "clear_for_test.h"

namespace papr {
namespace {

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
  EXPECT_EQ(count_files(fake.trash()), 0U);
  EXPECT_EQ(count_files(other), 2U);
}

}  // namespace
}  // namespace papr
