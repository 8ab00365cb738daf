// SPDX-License-Identifier: Apache-2.0
#include "subprocess.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>
#include <thread>

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

// A zombie has ended; init will reap it.
bool is_running(pid_t pid) {
  std::string state;
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  for (std::string word; status >> word && state.empty();) {
    if (word.back() == ')') status >> state;
  }
  return !state.empty() && state != "Z" && state != "X";
}

// The number that a shell wrote into the file; waits until the process of that number has ended. A
// kill is sent before `run` returns, but the kernel takes its time to carry it out.
bool ends_soon(const std::filesystem::path& pid_file) {
  pid_t child = 0;
  std::ifstream(pid_file) >> child;
  if (child <= 0) return false;
  const auto give_up = std::chrono::steady_clock::now() + 30s;
  while (is_running(child) && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  return !is_running(child);
}

TEST(Subprocess, AHangingProgramAndItsChildrenAreKilledAtTheLimit) {
  const TemporaryFolder folder;
  const auto pid_file = folder.path() / "pid";
  const auto output =
      run({"sh", "-c", "sleep 600 & echo $! > " + pid_file.string() + "; wait"}, 500ms);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(ends_soon(pid_file));
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
    EXPECT_TRUE(ends_soon(pid_file)) << where;
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

}  // namespace
}  // namespace papr
