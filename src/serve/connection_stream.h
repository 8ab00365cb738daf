// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "../base/unique_fd.h"
#include "limits.h"

namespace papr::serve {

/// Tells a connection what else is going on. May be called at any time from any thread.
using DemandSource = std::function<Demand()>;

/// A client's socket as cpp-httplib reads and writes it, with the limits that the library itself
/// does not have: on the head's bytes, and on the time of a whole request and not of each byte.
class ConnectionStream final : public httplib::Stream {
 public:
  enum class End {
    kNone,
    kClosed,   ///< by the client, or it came to nothing
    kTooSlow,  ///< within a request
    kTooLong,
  };

  /// Both descriptors stay the caller's. `stop` becomes readable when the server stops.
  ConnectionStream(int socket, int stop, const HttpLimits& limits, DemandSource demand);

  /// Waits for the first byte of the next request. False: there will be none.
  [[nodiscard]] bool await_request();

  /// Why nothing more is read; what is written after it goes nowhere.
  [[nodiscard]] End end() const noexcept { return end_; }

  /// Writes although the stream is at its end: the last words to a client.
  void write_last(std::string_view text);

  /// Closes our side and takes what the client still sends, so that it reads our answer before it
  /// learns of the end.
  void finish();

  // Which of these the base class has depends on cpp-httplib's version.
  // NOLINTBEGIN(modernize-use-override)
  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  ssize_t read(char* bytes, std::size_t size);
  ssize_t write(const char* bytes, std::size_t size);
  void get_remote_ip_and_port(std::string& ip, int& port) const;
  void get_local_ip_and_port(std::string& ip, int& port) const;
  int socket() const { return socket_; }
  time_t duration() const { return 0; }
  // NOLINTEND(modernize-use-override)

 private:
  /// False: what is waited for did not come within the patience of the phase.
  bool wait(short events, Phase phase, std::chrono::steady_clock::time_point since) const;
  bool refill(Phase phase);
  bool send_all(std::string_view text);
  void count(std::string_view taken);

  int socket_;
  int stop_;
  const HttpLimits& limits_;
  DemandSource demand_;
  std::array<char, 8192> buffer_{};
  std::string_view unread_;  // of buffer_
  End end_ = End::kNone;
  std::chrono::steady_clock::time_point since_;  // the phase began
  std::size_t request_bytes_ = 0;
  std::size_t line_bytes_ = 0;  // of the head's line that is being read
  char last_byte_ = '\0';
  bool head_done_ = false;
};

}  // namespace papr::serve
