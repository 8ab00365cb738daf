// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "errno_error.h"
#include "subprocess.h"
#include "unique_fd.h"

extern char** environ;

namespace papr {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::unexpected<Error> fail_command(ErrorCode code, const Command& command,
                                    const std::string& what) {
  return fail(code, "run \"" + command.argv.front() + "\": " + what);
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    return fail(ErrorCode::kUnavailable, "pipe: " + std::generic_category().message(errno),
                remedy_of_errno(errno));
  }
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // pipe2 would set both at once, but macOS has none. posix_spawn closes what is not dup'ed.
  ::fcntl(pipe.read_end.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(pipe.write_end.get(), F_SETFD, FD_CLOEXEC);
  return pipe;
}

// The started program; killed with all its children unless it was waited for.
class Child {
 public:
  explicit Child(pid_t pid) noexcept : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (reaped_) return;  // The number may be another process's by now.
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  // Ends what the program has left running in its group, once it has ended itself. It is not waited
  // for before: until then no other process can get its number.
  bool end_leftovers_if_ended() noexcept {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid != pid_) {
      return false;
    }
    ::kill(-pid_, SIGKILL);
    return true;
  }

  // The exit code, or nothing while it still runs.
  std::optional<int> poll_exit() noexcept {
    int status = 0;
    if (!end_leftovers_if_ended() || ::waitpid(pid_, &status, 0) != pid_) return std::nullopt;
    reaped_ = true;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t pid_;
  bool reaped_ = false;
};

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() { ::posix_spawnattr_init(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t* get() noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

Result<pid_t> spawn(const Command& command, int out) {
  FileActions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), out, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(actions.get(), STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  Attributes attributes;
  ::posix_spawnattr_setflags(attributes.get(), POSIX_SPAWN_SETPGROUP);
  ::posix_spawnattr_setpgroup(attributes.get(), 0);

  std::vector<char*> argv;
  for (const std::string& word : command.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int number =
      ::posix_spawnp(&pid, argv.front(), actions.get(), attributes.get(), argv.data(), environ);
  if (number == 0) return pid;
  return fail_command(number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable, command,
                      std::generic_category().message(number));
}

// Reads until the program closes its output. Returns false when the deadline passes first. A child
// that it left behind may hold the output open, so that its own end is looked for as well.
Result<bool> read_output(int fd, Child& child, const Command& command,
                         SteadyClock::time_point deadline, std::string& out) {
  constexpr milliseconds kLook(20);
  std::array<char, 16384> chunk{};
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    if (left <= milliseconds::zero()) return false;
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kLook).count()));
    if (ready == 0) child.end_leftovers_if_ended();
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got == 0) return true;
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail_command(ErrorCode::kUnavailable, command, std::generic_category().message(errno));
    }
    out.append(chunk.data(), static_cast<std::size_t>(got));
    if (out.size() > command.output_limit_bytes) {
      return fail_command(
          ErrorCode::kCorrupt, command,
          "more than " + std::to_string(command.output_limit_bytes) + " bytes of output");
    }
  }
}

class PosixSubprocess final : public Subprocess {
 public:
  Result<CommandOutput> run(const Command& command) override {
    if (command.argv.empty()) return fail(ErrorCode::kInvalidArgument, "run: no command");
    const auto deadline = SteadyClock::now() + command.time_limit;
    // Between pipe and FD_CLOEXEC another thread's program would inherit the write end.
    static std::mutex one_start_at_a_time;
    std::unique_lock lock(one_start_at_a_time);
    auto pipe = make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    const auto pid = spawn(command, pipe->write_end.get());
    lock.unlock();
    if (!pid) return std::unexpected(pid.error());
    Child child(*pid);
    pipe->write_end.reset();

    CommandOutput output;
    const auto ended = read_output(pipe->read_end.get(), child, command, deadline, output.out);
    if (!ended) return std::unexpected(ended.error());
    // A program may close its output and go on, so its exit is waited for under the same deadline.
    while (*ended && SteadyClock::now() < deadline) {
      if (const auto code = child.poll_exit()) {
        output.exit_code = *code;
        return output;
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
    return fail_command(ErrorCode::kTimeout, command,
                        "not done within " + std::to_string(command.time_limit.count()) + " ms");
  }
};

}  // namespace

std::unique_ptr<Subprocess> make_subprocess() { return std::make_unique<PosixSubprocess>(); }

}  // namespace papr
