// SPDX-License-Identifier: Apache-2.0
#include <sys/sysctl.h>
#include <sys/types.h>

#include "process_identity.h"

namespace papr {

std::optional<std::string> start_of_process(std::int64_t pid) {
  int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, static_cast<int>(pid)};
  kinfo_proc info{};
  std::size_t size = sizeof(info);
  // For a process that does not exist the call is done, and gives nothing.
  if (::sysctl(name, 4, &info, &size, nullptr, 0) != 0 || size < sizeof(info)) return std::nullopt;
  const timeval& started = info.kp_proc.p_starttime;
  return std::to_string(started.tv_sec) + "." + std::to_string(started.tv_usec);
}

}  // namespace papr
