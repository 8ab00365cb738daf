// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "../base/temporary_folder.h"
#include "open_files.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

TEST(OpenFiles, AProcessWhoseFirstThreadHasEndedStillHasThemOpen) {
  const TemporaryFolder folder;
  const auto file = folder.write("a", "text");
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(::open(file.c_str(), O_RDONLY));
    std::thread([] { ::pause(); }).detach();
    ::close(ready[1]);
    ::syscall(SYS_exit, 0);  // of this thread alone
  }
  ::close(ready[1]);
  char byte = 0;
  static_cast<void>(!::read(ready[0], &byte, 1));  // until the child has closed it too
  ::close(ready[0]);
  // Its first thread ends a moment later, and then has no files any more.
  const auto of_leader = fs::path("/proc") / std::to_string(child) / "fd";
  std::error_code error;
  while (fs::directory_iterator(of_leader, error) != fs::directory_iterator()) {
    std::this_thread::yield();
  }
  const auto files = open_files_below(fs::canonical(folder.path()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(*files, std::vector{fs::canonical(file).string()});
}

}  // namespace
}  // namespace papr
