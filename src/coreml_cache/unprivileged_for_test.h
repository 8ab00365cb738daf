// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

namespace papr {

inline constexpr uid_t kNobody = 65534;

/// Gives everything at and below `folder` to another user. For tests that run as root.
inline void give_to(uid_t user, const std::filesystem::path& folder) {
  for (const auto& below : std::filesystem::recursive_directory_iterator(folder)) {
    static_cast<void>(!::lchown(below.path().c_str(), user, user));
  }
  static_cast<void>(!::lchown(folder.c_str(), user, user));
}

/// Runs `work` in a process for which permissions count, as they do not for root, and gives what it
/// returned; -1 when it crashed. `folder` is handed over to that process's user. For tests only.
inline int run_unprivileged(const std::filesystem::path& folder, const std::function<int()>& work) {
  const bool root = ::geteuid() == 0;
  if (root) give_to(kNobody, folder);
  const pid_t child = ::fork();
  if (child == 0) {
    if (root &&
        (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
      ::_exit(101);
    }
    ::_exit(work());
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace papr
