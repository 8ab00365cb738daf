// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "http_server.h"
#include "loopback_client_for_test.h"

namespace papr::serve {

inline const std::string kToken(64, 't');

inline Result<Answer> one_hit(std::string_view, const SearchOptions&) {
  return Answer{.hits = {{{.id = "1", .content = "tea"}, 0.5}}};
}

// Limits that nothing in a test runs into, unless it lowers one.
inline HttpLimits patient() {
  constexpr std::chrono::hours kLong(1);
  return {.idle = kLong, .request = kLong, .response = kLong, .contended = kLong, .stop = kLong};
}

/// A server on a free port with a searcher of the test's own.
class Running {
 public:
  explicit Running(Searcher searcher = one_hit, const HttpLimits& limits = patient()) {
    auto listener = Listener::bind({.host = "127.0.0.1", .port = 0});
    if (!listener) throw std::runtime_error(listener.error().message);
    port = listener->port();
    GateRules rules{.token = kToken,
                    .host_names = {"127.0.0.1"},
                    .port = port,
                    .longest_body_bytes = limits.body_bytes};
    auto started = HttpServer::start(
        std::move(*listener),
        std::make_unique<Service>(std::move(rules), std::move(searcher), "run"), limits);
    if (!started) throw std::runtime_error(started.error().message);
    server = std::make_unique<HttpServer>(std::move(*started));
  }

  [[nodiscard]] LoopbackClient connect() const { return LoopbackClient(port); }

  std::uint16_t port = 0;
  std::unique_ptr<HttpServer> server;
};

inline std::string search_head(std::size_t body_bytes, const std::string& more = {}) {
  return "POST /v1/memory/search?max_memories=10 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " +
         kToken +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body_bytes) +
         "\r\n" + more + "\r\n";
}

inline std::string search(const std::string& more = {}) {
  const std::string body = R"({"query":"tea"})";
  return search_head(body.size(), more) + body;
}

inline std::string get(const std::string& more = {}) {
  return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + kToken + "\r\n" + more + "\r\n";
}

inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

}  // namespace papr::serve
