// SPDX-License-Identifier: Apache-2.0
#include "process_identity.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

namespace papr {

ProcessIdentity current_process() {
  const auto pid = static_cast<std::int64_t>(::getpid());
  return {.pid = pid, .started = start_of_process(pid).value_or("")};
}

bool is_alive(const ProcessIdentity& process) {
  // 0 and below would ask for whole groups of processes.
  if (process.pid <= 0 || process.pid > std::numeric_limits<pid_t>::max()) return false;
  if (::kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH) return false;
  const auto started = start_of_process(process.pid);
  return !started || process.started.empty() || *started == process.started;
}

}  // namespace papr
