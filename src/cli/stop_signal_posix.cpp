// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "stop_signal.h"

namespace papr::cli {
namespace {

// A handler reaches nothing but what is static.
std::atomic<int> pipe_of_handler = -1;
std::atomic<int> last_signal = SIGTERM;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_stop_signal(int signal) {
  const int before = errno;
  last_signal = signal;
  const char byte = 1;
  // A full pipe says the same as one byte more.
  [[maybe_unused]] const ssize_t ignored = ::write(pipe_of_handler, &byte, 1);
  errno = before;
}

void handle_stop_signals(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal(UniqueFd reader, UniqueFd writer) noexcept
    : reader_(std::move(reader)), writer_(std::move(writer)) {}

Result<StopSignal> StopSignal::install() {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) {
    return fail(ErrorCode::kUnavailable,
                "wait for signals: " + std::generic_category().message(errno));
  }
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  pipe_of_handler = ends[1];
  handle_stop_signals(on_stop_signal);
  ::signal(SIGPIPE, SIG_IGN);
  return StopSignal(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

void StopSignal::wake() const {
  const char byte = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(writer_.get(), &byte, 1);
}

void StopSignal::raise_again() {
  handle_stop_signals(SIG_DFL);
  ::raise(last_signal);
}

void StopSignal::wait() const {
  while (!wait_until(std::chrono::steady_clock::now() + std::chrono::hours(1))) {
  }
}

bool StopSignal::wait_until(std::chrono::steady_clock::time_point time) const {
  using std::chrono::milliseconds;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(time - std::chrono::steady_clock::now());
    pollfd waiting{.fd = reader_.get(), .events = POLLIN, .revents = 0};
    const auto wait = std::clamp(left, milliseconds::zero(), milliseconds(60'000));
    if (::poll(&waiting, 1, static_cast<int>(wait.count())) > 0) return true;
    if (left <= milliseconds::zero()) return false;
  }
}

StopSignal::~StopSignal() {
  if (writer_.valid()) handle_stop_signals(SIG_DFL);
}

}  // namespace papr::cli
