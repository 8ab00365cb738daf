// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <string>

namespace papr {

/// How a piece of work ended that was to be killed.
enum class CrashEnd {
  kKilled,
  kDone,     ///< it came to its end before
  kFailed,   ///< it gave false, or died of something else
  kRefused,  ///< this process may not trace its children
};

namespace crash_points {

inline bool is_file(pid_t pid, std::uint64_t handle) {
  struct stat status{};
  const auto path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(handle);
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Whether the system call that a process is about to do changes the disk when it succeeds. Opening
/// with O_CREAT counts, whether the file is there or not. The older calls are not on all machines.
inline bool changes_disk(pid_t pid, std::uint64_t call, const std::uint64_t* arguments) {
  constexpr std::uint64_t kMakes = O_CREAT | O_TRUNC;
  switch (call) {
#ifdef SYS_open
    case SYS_open:
      return (arguments[1] & kMakes) != 0;
    case SYS_creat:
    case SYS_rename:
    case SYS_unlink:
    case SYS_rmdir:
    case SYS_mkdir:
    case SYS_link:
    case SYS_symlink:
    case SYS_chmod:
    case SYS_chown:
    case SYS_lchown:
    case SYS_mknod:
    case SYS_utime:
    case SYS_utimes:
      return true;
#endif
#ifdef SYS_renameat
    case SYS_renameat:
      return true;
#endif
    case SYS_openat:
      return (arguments[2] & kMakes) != 0;
    case SYS_renameat2:
    case SYS_unlinkat:
    case SYS_mkdirat:
    case SYS_linkat:
    case SYS_symlinkat:
    case SYS_mknodat:
    case SYS_truncate:
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_fchmod:
    case SYS_fchmodat:
    case SYS_fchown:
    case SYS_fchownat:
    case SYS_utimensat:
      return true;
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_sendfile:
      return is_file(pid, arguments[0]);
    case SYS_copy_file_range:
      return is_file(pid, arguments[2]);
    default:
      return false;
  }
}

[[noreturn]] inline void work_traced(const std::function<bool()>& work) {
  constexpr int kMayNot = 103;
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(kMayNot);
  ::raise(SIGSTOP);
  ::_exit(work() ? 0 : 1);
}

/// Waits for the next stop; nothing where it has ended, with `status` set.
inline bool stopped(pid_t pid, int& status) {
  return ::waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);
}

/// Lets the process go on until it has done `at` changes, or ends. Whether it has done them.
inline bool let_do(pid_t pid, int at, int& status) {
  bool changing = false;
  std::intptr_t signal = 0;
  for (int done = 0; done < at;) {
    if (::ptrace(PTRACE_SYSCALL, pid, nullptr, signal) != 0 || !stopped(pid, status)) return false;
    signal = 0;
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
      signal = WSTOPSIG(status);
      continue;
    }
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0) return false;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      changing = changes_disk(pid, info.entry.nr, info.entry.args);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
      // What failed has changed nothing.
      if (changing && !info.exit.is_error) ++done;
      changing = false;
    }
  }
  return true;
}

}  // namespace crash_points

/// Runs `work` in a process that is killed when it has just done its change to the disk number `at`
/// (1, 2, …): its next instruction is never reached. A change is one system call that succeeded, so
/// nothing depends on what the code under test tells of itself. `work` may have one thread.
inline CrashEnd run_and_kill(const std::function<bool()>& work, int at) {
  const pid_t pid = ::fork();
  if (pid < 0) return CrashEnd::kRefused;
  if (pid == 0) crash_points::work_traced(work);
  int status = 0;
  // With TRACESYSGOOD a stop at a system call is no signal's.
  if (!crash_points::stopped(pid, status) ||
      ::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD) != 0) {
    if (WIFSTOPPED(status)) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, &status, 0);
    }
    return CrashEnd::kRefused;
  }
  const bool reached = crash_points::let_do(pid, at, status);
  if (!reached && WIFEXITED(status)) {
    return WEXITSTATUS(status) == 0 ? CrashEnd::kDone : CrashEnd::kFailed;
  }
  if (!reached && WIFSIGNALED(status)) return CrashEnd::kFailed;
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
  }
  return reached ? CrashEnd::kKilled : CrashEnd::kRefused;
}

struct CrashStory {
  std::string name;
  std::function<void()> prepare;      ///< makes the disk anew
  std::function<bool()> work;         ///< false: it went wrong
  std::function<void(int at)> check;  ///< looks at what a kill after change `at` left
  std::function<bool()> go_on = [] { return true; };  ///< false ends it: a test has failed
};

/// Kills the work after its first change, then, with all made anew, after its second, and so on
/// until it comes to its end, which is checked as well. Prints and gives how many points there
/// were; nothing where tracing is refused, -1 where the work went wrong.
inline std::optional<int> walk_crash_points(const CrashStory& story) {
  for (int at = 1; story.go_on(); ++at) {
    story.prepare();
    const CrashEnd end = run_and_kill(story.work, at);
    if (end == CrashEnd::kRefused) return std::nullopt;
    if (end == CrashEnd::kFailed) return -1;
    story.check(at);
    if (end == CrashEnd::kDone) {
      std::cout << "  crash points: " << story.name << ": " << at - 1 << '\n';
      return at - 1;
    }
  }
  return -1;
}

}  // namespace papr
