// SPDX-License-Identifier: Apache-2.0
#include "subprocess.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "processes_for_test.h"
#include "temporary_folder.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

Result<CommandOutput> run(std::vector<std::string> argv, std::chrono::milliseconds limit = 20s) {
  return make_subprocess()->run(
      {.argv = std::move(argv), .time_limit = limit, .output_limit_bytes = 1000});
}

TEST(Subprocess, GivesOutputAndExitCodeOfTheProgram) {
  const auto output = run({"sh", "-c", "printf hello; echo unseen >&2; exit 7"});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "hello");
  EXPECT_EQ(output->exit_code, 7);
}

TEST(Subprocess, WordsAreNotReadByAShell) {
  const auto output = run({"echo", "a  b;$HOME"});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "a  b;$HOME\n");
}

TEST(Subprocess, AMissingProgramIsNotFoundAndNamed) {
  const auto output = run({"papr-no-such-program"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kNotFound);
  EXPECT_NE(output.error().message.find("papr-no-such-program"), std::string::npos);
}

TEST(Subprocess, ASignalIsToldApartFromAnExit) {
  const auto output = run({"sh", "-c", "kill -9 $$"});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->exit_code, 128 + SIGKILL);
}

TEST(Subprocess, AHangingProgramAndItsChildrenAreKilledAtTheLimit) {
  const TemporaryFolder folder;
  const auto pid_file = folder.path() / "pid";
  const auto output =
      run({"sh", "-c", "sleep 600 & echo $! > " + pid_file.string() + "; wait"}, 500ms);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(all_end_soon(pid_file));
}

TEST(Subprocess, AChildThatIsLeftBehindIsEndedAndNotWaitedFor) {
  const TemporaryFolder folder;
  const std::string pid_file = (folder.path() / "pid").string();
  for (const char* where : {"", " >/dev/null"}) {
    const auto output =
        run({"sh", "-c",
             std::string("sleep 600") + where + " & echo $! > " + pid_file + "; echo done"});
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(output->out, "done\n");
    EXPECT_TRUE(all_end_soon(pid_file)) << where;
  }
}

TEST(Subprocess, AFloodOfOutputIsRefused) {
  const auto output = run({"sh", "-c", "yes"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kCorrupt);
}

TEST(Subprocess, AProgramThatClosesItsOutputAndGoesOnIsStillLimited) {
  const auto output = run({"sh", "-c", "exec >&-; sleep 600"}, 300ms);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kTimeout);
}

TEST(Subprocess, WhatTheSystemCannotExecuteEndsWith127) {
  const TemporaryFolder folder;
  const auto program = write_program(folder.path() / "program",
                                     "\x7F"
                                     "no program");
  const auto output = run({program.string()});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->exit_code, 127);
}

// What `work` says in a process of its own, which has no other thread.
template <class Work>
bool holds_in_child(const Work& work) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  return ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Subprocess, WorksWhereTheCallerHasClosedItsStandardStreams) {
  EXPECT_TRUE(holds_in_child([] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(fd);
    const auto output = run({"sh", "-c", "cat; echo unseen >&2; echo hello"});
    return output && output->out == "hello\n" && output->exit_code == 0;
  }));
}

TEST(Subprocess, TheSignalsOfTheCallerAreNotThoseOfTheProgram) {
  EXPECT_TRUE(holds_in_child([] {
    sigset_t all;
    (void)sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    for (const int number : {SIGPIPE, SIGTERM, SIGALRM}) ::signal(number, SIG_IGN);
    return std::ranges::all_of(std::array{SIGPIPE, SIGTERM, SIGALRM}, [](int number) {
      const auto output = run({"sh", "-c", "kill -" + std::to_string(number) + " $$; echo on"});
      return output && output->exit_code == 128 + number;
    });
  }));
}

TEST(Subprocess, WhereTheCallerIgnoresTheEndOfChildrenItIsSaidAtOnce) {
  EXPECT_TRUE(holds_in_child([] {
    ::signal(SIGCHLD, SIG_IGN);
    const auto output = run({"echo", "hello"});
    return !output && output.error().code == ErrorCode::kUnavailable;
  }));
}

TEST(Subprocess, AProgramThatHangsDoesNotOutliveACallerThatIsGone) {
  const TemporaryFolder folder;
  const auto pid_file = folder.path() / "pid";
  const pid_t caller = ::fork();
  if (caller == 0) {
    (void)run({"sh", "-c", "echo $$ > " + pid_file.string() + "; exec sleep 600"}, 2000ms);
    ::_exit(0);
  }
  std::error_code unreadable;
  while (std::filesystem::file_size(pid_file, unreadable) == 0 || unreadable) {
    std::this_thread::yield();
  }
  ::kill(caller, SIGKILL);
  ::waitpid(caller, nullptr, 0);
  EXPECT_TRUE(all_end_soon(pid_file));
}

}  // namespace
}  // namespace papr
