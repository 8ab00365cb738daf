// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

namespace papr {

/// PATH, other while this lives. For tests that have no other thread.
class PathForTest {
 public:
  explicit PathForTest(const std::optional<std::string>& path) {
    if (const char* const before = std::getenv("PATH")) before_ = before;
    set(path);
  }
  PathForTest(const PathForTest&) = delete;
  PathForTest& operator=(const PathForTest&) = delete;
  ~PathForTest() { set(before_); }

 private:
  static void set(const std::optional<std::string>& path) {
    if (path) {
      ::setenv("PATH", path->c_str(), 1);
    } else {
      ::unsetenv("PATH");
    }
  }

  std::optional<std::string> before_;
};

/// The current folder, other while this lives. Likewise.
class CurrentFolderForTest {
 public:
  explicit CurrentFolderForTest(const std::filesystem::path& folder) {
    std::filesystem::current_path(folder);
  }
  CurrentFolderForTest(const CurrentFolderForTest&) = delete;
  CurrentFolderForTest& operator=(const CurrentFolderForTest&) = delete;
  ~CurrentFolderForTest() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
};

/// A file that may be executed.
inline std::filesystem::path write_program(const std::filesystem::path& path,
                                           const std::string& text) {
  namespace fs = std::filesystem;
  std::ofstream(path, std::ios::binary) << text;
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

/// A zombie has ended; init will reap it.
inline bool is_running(pid_t pid) {
  std::string state;
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  for (std::string word; status >> word && state.empty();) {
    if (word.back() == ')') status >> state;
  }
  return !state.empty() && state != "Z" && state != "X";
}

/// Whether the processes whose numbers shells wrote into the file end, and there is one at least. A
/// kill is sent before `Subprocess::run` returns, but the kernel takes its time to carry it out.
inline bool all_end_soon(const std::filesystem::path& pid_file) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::ifstream numbers(pid_file);
  int ended = 0;
  for (pid_t pid = 0; numbers >> pid; ++ended) {
    while (is_running(pid)) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::yield();
    }
  }
  return ended > 0;
}

}  // namespace papr
