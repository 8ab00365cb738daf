// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <initializer_list>

#include "terminal.h"

namespace papr::cli {

bool stderr_is_terminal() noexcept { return ::isatty(STDERR_FILENO) == 1; }

int terminal_width_columns() noexcept {
  constexpr int kWhenNone = 100;
  constexpr int kNarrowest = 40;
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= kNarrowest) return size.ws_col;
  }
  return kWhenNone;
}

}  // namespace papr::cli
