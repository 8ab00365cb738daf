// SPDX-License-Identifier: Apache-2.0
#include "process_identity.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc_stat.h"

namespace papr {
namespace {

constexpr const char* kStat =
    "4242 (a (b) c d) S 1 4242 4242 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200 184467\n";

TEST(ProcessIdentity, ThisProcessIsAlive) { EXPECT_TRUE(is_alive(current_process())); }

TEST(ProcessIdentity, AProcessOfTheSameNumberThatStartedAtAnotherTimeIsAnother) {
  ProcessIdentity process = current_process();
  ASSERT_NE(process.started, "");
  process.started += "1";
  EXPECT_FALSE(is_alive(process));
}

TEST(ProcessIdentity, AProcessThatHasEndedIsNotAlive) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(0);
  const ProcessIdentity process{.pid = child, .started = start_of_process(child).value_or("")};
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(is_alive(process));
}

TEST(ProcessIdentity, ANumberThatIsNoProcessIsNotAlive) {
  for (const std::int64_t pid : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
    EXPECT_FALSE(is_alive({.pid = pid, .started = ""}));
  }
}

TEST(ProcStat, TheStartIsField22WhateverTheProgramIsCalled) {
  EXPECT_EQ(start_ticks_of(kStat), "987654");
}

TEST(ProcStat, EveryCutBeforeTheStartGivesNothing) {
  const std::string_view text = kStat;
  for (std::size_t length = 0; length < text.find("987654"); ++length) {
    EXPECT_EQ(start_ticks_of(text.substr(0, length)), std::nullopt) << length;
  }
}

TEST(ProcStat, WhatIsNoNumberIsNoStart) {
  std::string text = kStat;
  text.replace(text.find("987654"), 6, "98x654");
  EXPECT_EQ(start_ticks_of(text), std::nullopt);
}

}  // namespace
}  // namespace papr
