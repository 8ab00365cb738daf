// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../base/unique_fd.h"

extern char** environ;

namespace papr {

/// A program that runs beside a test and talks to it by lines. Killed when the test is done with
/// it. For tests only; base's Subprocess waits for the end and so cannot be killed half-way.
class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> argv) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return;
    for (const int end : pipe) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    out_ = UniqueFd(pipe[0]);
    const UniqueFd write_end(pipe[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    std::vector<char*> pointers;
    for (std::string& argument : argv) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    if (::posix_spawn(&pid_, pointers[0], &actions, nullptr, pointers.data(), environ) != 0) {
      pid_ = -1;
    }
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { kill(); }

  /// The next line without its newline; nothing when the program has ended.
  std::optional<std::string> read_line() {
    while (true) {
      const auto end = read_.find('\n');
      if (end != std::string::npos) {
        std::string line = read_.substr(0, end);
        read_.erase(0, end + 1);
        return line;
      }
      std::array<char, 256> buffer{};
      const ssize_t got = ::read(out_.get(), buffer.data(), buffer.size());
      if (got <= 0) return std::nullopt;
      read_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  /// Whether `read_line` would return at once.
  [[nodiscard]] bool has_output() const {
    struct pollfd waiting{out_.get(), POLLIN, 0};
    return !read_.empty() || ::poll(&waiting, 1, 0) > 0;
  }

  /// SIGKILL, and waits until it is gone.
  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    static_cast<void>(wait());
  }

  /// Waits for the end: the exit code, or -1 after a signal.
  int wait() {
    if (pid_ <= 0) return -1;
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  UniqueFd out_;
  pid_t pid_ = -1;
  std::string read_;
};

}  // namespace papr
