// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "stop_signals.h"

namespace papr::cli {
namespace {

// A handler can reach nothing but what has static lifetime. A byte in the pipe wakes the wait even
// when the signal comes just before it.
std::array<int, 2> g_pipe{-1, -1};

extern "C" void note_signal(int) {
  const int number = errno;
  const char byte = 1;
  [[maybe_unused]] const auto written = ::write(g_pipe[1], &byte, 1);
  errno = number;
}

}  // namespace

StopSignals::StopSignals() {
  if (::pipe(g_pipe.data()) == 0) {
    for (const int end : g_pipe) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    struct sigaction action{};
    action.sa_handler = note_signal;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    ::sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
  }
  ::signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() {
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
  for (int& end : g_pipe) {
    if (end >= 0) ::close(end);
    end = -1;
  }
}

bool StopSignals::wait_until(std::chrono::steady_clock::time_point time) const {
  using std::chrono::milliseconds;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(time - std::chrono::steady_clock::now());
    pollfd waiting{.fd = g_pipe[0], .events = POLLIN, .revents = 0};
    const auto wait = std::clamp(left, milliseconds::zero(), milliseconds(60'000));
    if (::poll(&waiting, 1, static_cast<int>(wait.count())) > 0) return true;
    if (left <= milliseconds::zero()) return false;
  }
}

}  // namespace papr::cli
