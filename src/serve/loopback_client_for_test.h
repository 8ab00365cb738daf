// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "../base/unique_fd.h"

namespace papr::serve {

/// A connection to a server on this machine that sends exactly the bytes it is told to. For tests.
class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Far above every limit of a test: a server that never answers fails it, and does not hang it.
    const timeval longest{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    connected_ =
        ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool connected() const noexcept { return connected_; }

  /// False once the server has closed its side for good.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), 0);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Everything until the server closes; "timed out" at the end when it does not.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::move(received_);
  }

  /// One answer, as long as its Content-Length says; what came when the server closes before.
  std::string read_answer() {
    constexpr std::string_view kLength = "Content-Length: ";
    std::size_t head = std::string::npos;
    while ((head = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return std::move(received_);
    }
    const std::size_t at = received_.find(kLength);
    const char* const digits = received_.c_str() + at + kLength.size();
    const std::size_t size = head + 4 + (at < head ? std::strtoul(digits, nullptr, 10) : 0);
    while (received_.size() < size && receive()) {
    }
    std::string answer = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }

 private:
  bool receive() {
    char bytes[4096];
    const ssize_t got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (got > 0) received_.append(bytes, static_cast<std::size_t>(got));
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) received_ += "timed out";
    return got > 0;
  }

  UniqueFd fd_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace papr::serve
