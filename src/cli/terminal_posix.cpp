// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "terminal.h"

namespace papr::cli {
namespace {

std::optional<int> width_columns(int fd) noexcept {
  constexpr int kWhenUnknown = 80;
  constexpr int kNarrowest = 40;
  if (::isatty(fd) != 1) return std::nullopt;
  winsize size{};
  // A terminal that nobody has told its size says 0.
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWhenUnknown;
  return std::max<int>(size.ws_col, kNarrowest);
}

}  // namespace

std::optional<int> stdout_width_columns() noexcept { return width_columns(STDOUT_FILENO); }

std::optional<int> stderr_width_columns() noexcept { return width_columns(STDERR_FILENO); }

}  // namespace papr::cli
