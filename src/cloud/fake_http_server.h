// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "../base/unique_fd.h"

namespace papr {

/// The client's end of a connection, as a step of a FakeHttpServer's script sees it.
class FakePeer {
 public:
  FakePeer(int socket, int stop) : socket_(socket), stop_(stop) {}

  /// False when the client is gone or the server stops.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!ready(POLLOUT, -1)) return false;
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// One request, head and body; empty when the client is gone or the server stops.
  std::string read_request() {
    constexpr std::string_view kLength = "Content-Length: ";
    std::string request;
    std::size_t wanted = std::string::npos;
    while (request.size() < wanted) {
      std::array<char, 4096> chunk{};
      if (!ready(POLLIN, -1)) return {};
      const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
      if (got <= 0) return {};
      request.append(chunk.data(), static_cast<std::size_t>(got));
      const std::size_t head = request.find("\r\n\r\n");
      if (head == std::string::npos || wanted != std::string::npos) continue;
      const std::size_t length = request.find(kLength);
      wanted = head + 4;
      if (length < head) wanted += std::stoul(request.substr(length + kLength.size()));
    }
    return request;
  }

  /// Keeps the connection open and silent until the server stops.
  void hang() {
    while (stop_readable(-1) == false) {
    }
  }

  /// Ends early, with false, when the server stops.
  bool pause(std::chrono::milliseconds time) {
    return !stop_readable(static_cast<int>(time.count()));
  }

  /// Closes by RST instead of FIN.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    closing_ = true;
  }

  /// The connection ends after this step; else the next request is read from it.
  void close() { closing_ = true; }
  [[nodiscard]] bool closing() const { return closing_; }

 private:
  bool ready(short events, int wait_ms) {
    std::array<pollfd, 2> waiting = {pollfd{.fd = socket_, .events = events, .revents = 0},
                                     pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
    return ::poll(waiting.data(), waiting.size(), wait_ms) > 0 && waiting[1].revents == 0;
  }
  bool stop_readable(int wait_ms) {
    pollfd waiting{.fd = stop_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, wait_ms) > 0;
  }

  int socket_;
  int stop_;
  bool closing_ = false;
};

using FakeStep = std::function<void(FakePeer&)>;

/// An HTTP server on a loopback port that follows a script: step i answers request i, over all
/// connections; the last step is repeated. Stops when it is destroyed, whatever a step does.
class FakeHttpServer {
 public:
  enum class Reads { kRequests, kNothing };  ///< kNothing: a step a connection, nothing is read

  explicit FakeHttpServer(std::vector<FakeStep> script, Reads reads = Reads::kRequests)
      : script_(std::move(script)), reads_(reads), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    std::signal(SIGPIPE, SIG_IGN);  // a client may leave while we write
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    stop_read_ = UniqueFd(ends[0]);
    stop_write_ = UniqueFd(ends[1]);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 16) != 0) return;
    ::getsockname(listener_.get(), any, &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  FakeHttpServer(const FakeHttpServer&) = delete;
  FakeHttpServer& operator=(const FakeHttpServer&) = delete;
  ~FakeHttpServer() {
    stop_write_.reset();  // the other end becomes readable for all at once
    if (acceptor_.joinable()) acceptor_.join();
    for (std::thread& thread : connections_) thread.join();
  }

  [[nodiscard]] int port() const { return port_; }  ///< 0 when it could not start
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// What was received so far, each request as it came.
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }
  void wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return requests_.size() >= count; });
  }

 private:
  void accept_all() {
    for (;;) {
      std::array<pollfd, 2> waiting = {
          pollfd{.fd = listener_.get(), .events = POLLIN, .revents = 0},
          pollfd{.fd = stop_read_.get(), .events = POLLIN, .revents = 0}};
      ::poll(waiting.data(), waiting.size(), -1);
      if (waiting[1].revents != 0) return;
      const int socket = ::accept(listener_.get(), nullptr, nullptr);
      if (socket < 0) continue;
      const std::lock_guard lock(mutex_);
      ++accepted_;
      connections_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    const UniqueFd owner(socket);
    FakePeer peer(socket, stop_read_.get());
    while (!peer.closing()) {
      const std::string request =
          reads_ == Reads::kRequests ? peer.read_request() : std::string("unread");
      if (request.empty()) return;
      step_for(request)(peer);
      if (reads_ == Reads::kNothing) return;
    }
  }

  FakeStep step_for(const std::string& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
    return script_[std::min(requests_.size(), script_.size()) - 1];
  }

  const std::vector<FakeStep> script_;
  const Reads reads_;
  UniqueFd listener_;
  UniqueFd stop_read_;
  UniqueFd stop_write_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> requests_;
  std::size_t accepted_ = 0;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace papr
