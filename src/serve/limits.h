// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace papr::serve {

/// What one client may take of a server.
struct HttpLimits {
  std::size_t workers = 8;             ///< connections that are served at once
  std::size_t longest_queue = 64;      ///< connections that wait for a worker; more get a 503
  std::size_t requests = 100;          ///< of one connection
  std::size_t head_bytes = 16 * 1024;  ///< of one request
  std::size_t body_bytes = std::size_t{1} << 20;
  std::chrono::milliseconds idle{5000};       ///< between two requests
  std::chrono::milliseconds request{10'000};  ///< from its first byte to its last
  std::chrono::milliseconds response{10'000};
  /// Instead of the three above while others wait for a worker, or the server stops: with every
  /// worker held by a client that sends a byte now and then, the next one still gets its turn.
  std::chrono::milliseconds contended{250};
  /// Of one search. A model that hangs must not keep the workers.
  std::chrono::milliseconds search{30'000};
  /// Of all that is being answered when the server stops; then it is left behind.
  std::chrono::milliseconds stop{5000};
};

/// What a connection waits for.
enum class Phase { kIdle, kRequest, kResponse };

/// What else is going on.
struct Demand {
  bool others_wait = false;
  bool stopping = false;
};

/// How long a client may keep a worker waiting, counted from the beginning of the phase.
[[nodiscard]] std::chrono::milliseconds patience(const HttpLimits& limits, Phase phase,
                                                 Demand demand) noexcept;

}  // namespace papr::serve
