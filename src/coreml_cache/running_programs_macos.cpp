// SPDX-License-Identifier: Apache-2.0
#include <libproc.h>
#include <sys/proc_info.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "../base/errno_error.h"
#include "libproc_list.h"
#include "running_programs.h"

namespace papr {

Result<std::vector<RunningProgram>> running_programs() {
  const auto pids = libproc_list<pid_t>([](void* buffer, int bytes) {
    return ::geteuid() == 0 ? ::proc_listpids(PROC_ALL_PIDS, 0, buffer, bytes)
                            : ::proc_listpids(PROC_UID_ONLY, ::geteuid(), buffer, bytes);
  });
  if (pids.empty()) return fail_errno("list", "processes", errno);
  std::vector<RunningProgram> programs;
  for (const pid_t pid : pids) {
    std::array<char, PROC_PIDPATHINFO_MAXSIZE> path{};
    const int length = ::proc_pidpath(pid, path.data(), path.size());
    const bool hidden = length <= 0 && (errno == EPERM || errno == EACCES);
    programs.push_back({pid, length > 0 ? std::filesystem::path(path.data()) : "", hidden});
  }
  return programs;
}

}  // namespace papr
