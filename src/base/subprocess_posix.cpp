// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
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
#include "program_path.h"
#include "subprocess.h"
#include "unique_fd.h"

extern char** environ;

namespace papr {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::microseconds kLongestPause(2000);
constexpr int kNotExecuted = 127;  // as shells have it

std::unexpected<Error> fail_command(ErrorCode code, const Command& command,
                                    const std::string& what) {
  return fail(code, "run \"" + command.argv.front() + "\": " + what);
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

// Above standard error, as a caller may have closed what comes before, and closed by exec.
UniqueFd moved_up(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)); }

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  // pipe2 would make both of them closed by exec at once, but macOS has none.
  if (::pipe(ends.data()) == 0) {
    const UniqueFd read_end(ends[0]), write_end(ends[1]);
    Pipe pipe{moved_up(read_end.get()), moved_up(write_end.get())};
    if (pipe.read_end.get() >= 0 && pipe.write_end.get() >= 0) return pipe;
  }
  return fail(ErrorCode::kUnavailable, "pipe: " + std::generic_category().message(errno),
              remedy_of_errno(errno));
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
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      reaped_ = lost_ = errno == ECHILD;
      return false;
    }
    if (info.si_pid != pid_) return false;
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

  // Somebody else in this process has waited for it, as where SIGCHLD is ignored.
  [[nodiscard]] bool is_lost() const noexcept { return lost_; }

 private:
  pid_t pid_;
  bool reaped_ = false;
  bool lost_ = false;
};

struct Program {
  std::string path;
  std::vector<char*> argv;
  unsigned alarm_s = 0;
};

// No signal comes to this thread while it lives. A fork takes that along.
class NoSignals {
 public:
  NoSignals() noexcept {
    sigset_t all;
    (void)sigfillset(&all);  // a macro on macOS, as all of its kind
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;
  ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// The child's way from fork to exec, with no signal coming. It may do only what is safe in a signal
// handler, as other threads' locks stay locked in it for ever.
[[noreturn]] void become(const Program& program, int out) noexcept {
  ::setpgid(0, 0);
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0 || ::dup2(null, STDIN_FILENO) < 0 || ::dup2(null, STDERR_FILENO) < 0 ||
      ::dup2(out, STDOUT_FILENO) < 0) {
    ::_exit(kNotExecuted);
  }
  if (null > STDERR_FILENO) ::close(null);
  // Our handlers must not run in it, and what is ignored or blocked stays so through exec. So does
  // the alarm: it ends the program where we are not there any more to do so.
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::alarm(program.alarm_s);
  sigset_t none;
  (void)sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::execve(program.path.c_str(), program.argv.data(), environ);
  ::_exit(kNotExecuted);
}

milliseconds limit_of(const Command& command) {
  return std::min<milliseconds>(command.time_limit, std::chrono::hours(24));
}

Result<Program> program_of(const Command& command) {
  const auto path = find_program(command.argv.front());
  if (!path) return fail_command(path.error().code, command, path.error().message);
  Program program{.path = path->string()};
  for (const std::string& word : command.argv) {
    program.argv.push_back(const_cast<char*>(word.c_str()));
  }
  program.argv.push_back(nullptr);
  program.alarm_s =
      static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(limit_of(command)).count() + 1);
  return program;
}

// fork and not posix_spawn, which can set no alarm.
Result<pid_t> start(const Program& program, const Command& command, int out) {
  const NoSignals quiet;
  const pid_t pid = ::fork();
  if (pid == 0) become(program, out);
  if (pid < 0) {
    return fail_command(ErrorCode::kUnavailable, command, std::generic_category().message(errno));
  }
  // Whichever of the two is first: the group is there when it is to be killed.
  ::setpgid(pid, pid);
  return pid;
}

// Reads until the program closes its output. Returns false when the deadline passes first. A child
// that it left behind may hold the output open, even from another group, so that its own end is
// looked for as well: what it wrote is in the pipe by then.
Result<bool> read_output(int fd, Child& child, const Command& command,
                         SteadyClock::time_point deadline, std::string& out) {
  constexpr milliseconds kLook(20);
  std::array<char, 16384> chunk{};
  bool has_ended = false;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    if (left <= milliseconds::zero()) return false;
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kLook).count()));
    if (ready == 0) {
      if (has_ended) return true;
      has_ended = child.end_leftovers_if_ended();
      continue;
    }
    if (ready < 0 && errno == EINTR) continue;
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
    const auto deadline = SteadyClock::now() + limit_of(command);
    const auto program = program_of(command);
    if (!program) return std::unexpected(program.error());
    // Between pipe and FD_CLOEXEC another thread's program would inherit the write end.
    static std::mutex one_start_at_a_time;
    std::unique_lock lock(one_start_at_a_time);
    auto pipe = make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    const auto pid = start(*program, command, pipe->write_end.get());
    lock.unlock();
    if (!pid) return std::unexpected(pid.error());
    Child child(*pid);
    pipe->write_end.reset();

    CommandOutput output;
    const auto ended = read_output(pipe->read_end.get(), child, command, deadline, output.out);
    if (!ended) return std::unexpected(ended.error());
    // A program may close its output and go on, so its exit is waited for under the same deadline.
    // Most end a moment after they have closed it.
    std::chrono::microseconds pause(20);
    while (*ended && SteadyClock::now() < deadline) {
      if (const auto code = child.poll_exit()) {
        output.exit_code = *code;
        return output;
      }
      if (child.is_lost()) {
        return fail_command(ErrorCode::kUnavailable, command,
                            "this process ignores SIGCHLD or waits for children that it did not "
                            "start, so that how it ended is not known");
      }
      std::this_thread::sleep_for(pause);
      pause = std::min(2 * pause, kLongestPause);
    }
    return fail_command(ErrorCode::kTimeout, command,
                        "not done within " + std::to_string(command.time_limit.count()) + " ms");
  }
};

}  // namespace

std::unique_ptr<Subprocess> make_subprocess() { return std::make_unique<PosixSubprocess>(); }

}  // namespace papr
