// SPDX-License-Identifier: Apache-2.0
#include "connection_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace papr::serve {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

ConnectionStream::ConnectionStream(int socket, int stop, const HttpLimits& limits,
                                   DemandSource demand)
    : socket_(socket),
      stop_(stop),
      limits_(limits),
      demand_(std::move(demand)),
      since_(steady_clock::now()) {}

bool ConnectionStream::wait(short events, Phase phase, steady_clock::time_point since) const {
  // Demand changes while we wait, and only stopping can be waited for.
  constexpr milliseconds kLook{50};
  while (true) {
    const Demand demand = demand_();
    const auto left = std::chrono::ceil<milliseconds>(since + patience(limits_, phase, demand) -
                                                      steady_clock::now());
    const auto look = std::clamp(left, milliseconds(0), kLook);
    pollfd fds[] = {{.fd = socket_, .events = events, .revents = 0},
                    {.fd = stop_, .events = POLLIN, .revents = 0}};
    // Once the server stops its descriptor is ready for good.
    ::poll(fds, demand.stopping ? 1 : 2, static_cast<int>(look.count()));
    if (fds[0].revents != 0) return true;
    // Only after a look: what has come already was not slow, we were.
    if (left <= milliseconds(0)) return false;
  }
}

bool ConnectionStream::refill(Phase phase) {
  while (true) {
    if (!wait(POLLIN, phase, since_)) {
      end_ = phase == Phase::kIdle ? End::kClosed : End::kTooSlow;
      return false;
    }
    const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got > 0) {
      unread_ = {buffer_.data(), static_cast<std::size_t>(got)};
      return true;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    end_ = End::kClosed;
    return false;
  }
}

bool ConnectionStream::await_request() {
  request_bytes_ = line_bytes_ = 0;
  head_done_ = false;
  since_ = steady_clock::now();
  if (end_ != End::kNone || (unread_.empty() && !refill(Phase::kIdle))) return false;
  since_ = steady_clock::now();
  return true;
}

// The head ends where the library sees its end: at a line that is CR LF and nothing else. Should
// the two ever differ, the sum still holds.
void ConnectionStream::count(std::string_view taken) {
  request_bytes_ += taken.size();
  const std::size_t most = limits_.head_bytes + (head_done_ ? limits_.body_bytes : 0);
  if (request_bytes_ > most) end_ = End::kTooLong;
  if (head_done_) return;
  for (const char byte : taken) {
    head_done_ = byte == '\n' && last_byte_ == '\r' && line_bytes_ == 1;
    line_bytes_ = byte == '\n' ? 0 : line_bytes_ + 1;
    last_byte_ = byte;
  }
}

ssize_t ConnectionStream::read(char* bytes, std::size_t size) {
  if (end_ != End::kNone || size == 0) return -1;
  if (unread_.empty() && !refill(Phase::kRequest)) return end_ == End::kClosed ? 0 : -1;
  // One by one while it is not known where the head ends.
  const std::size_t taken = head_done_ ? std::min(size, unread_.size()) : 1;
  std::memcpy(bytes, unread_.data(), taken);
  unread_.remove_prefix(taken);
  count({bytes, taken});
  return end_ == End::kNone ? static_cast<ssize_t>(taken) : -1;
}

bool ConnectionStream::send_all(std::string_view text) {
  const auto start = steady_clock::now();
  while (!text.empty()) {
    // SIGPIPE is blocked in the threads of the server.
    const ssize_t sent = ::send(socket_, text.data(), text.size(), 0);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait(POLLOUT, Phase::kResponse, start)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

ssize_t ConnectionStream::write(const char* bytes, std::size_t size) {
  // The library answers what it could not read with a 400; `end` knows better what it was.
  if (end_ != End::kNone) return static_cast<ssize_t>(size);
  if (send_all({bytes, size})) return static_cast<ssize_t>(size);
  end_ = End::kClosed;
  return -1;
}

void ConnectionStream::write_last(std::string_view text) { (void)send_all(text); }

void ConnectionStream::finish() {
  ::shutdown(socket_, SHUT_WR);
  // As much as an honest client has under way that was told early that its body is too long.
  std::size_t left_bytes = 4 * limits_.body_bytes;
  const auto start = steady_clock::now();
  while (left_bytes > 0 && wait(POLLIN, Phase::kIdle, start)) {
    const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return;
    left_bytes -= std::min(left_bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
}

void ConnectionStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();  // Nobody asks: nothing is logged.
  port = 0;
}

void ConnectionStream::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

}  // namespace papr::serve
