// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <initializer_list>

#include "process_setup.h"

namespace papr::cli {

void prepare_process() noexcept {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest free number is this one. Opened the wrong way round, so that using it is EBADF.
    const int flags = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    static_cast<void>(::open("/dev/null", flags));
  }
  ::signal(SIGXFSZ, SIG_IGN);
  // Whoever started us may ignore it, and then nobody could say how a child has ended.
  ::signal(SIGCHLD, SIG_DFL);
}

}  // namespace papr::cli
