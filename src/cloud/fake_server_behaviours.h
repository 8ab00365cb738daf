// SPDX-License-Identifier: Apache-2.0
// Every way in which a server can behave, and what a search is to make of it.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fake_http_server.h"
#include "fake_http_steps.h"
#include "papr/result.h"

namespace papr {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

inline constexpr const char* kKey = "sk-very-secret-key";
inline constexpr const char* kQuery = "where did I put the silver teapot";
inline constexpr milliseconds kShort = 200ms;  // shorter than the first wait, 375 ms at least
inline constexpr milliseconds kLong = 20s;
inline const std::string kHit =
    R"({"code":200,"status":"success","data":{"memories":[{"id":"m1"}]}})";
inline constexpr const char* kRetrySoon = "retry-after-ms: 20\r\n";

inline std::string error_body(int code, const std::string& words) {
  return R"({"code":)" + std::to_string(code) + R"(,"status":"error","data":null,"error":")" +
         words + "\"}";
}

inline std::string memories_of(int count, std::size_t content_bytes) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    list += (i == 0 ? R"({"id":"m)" : R"(,{"id":"m)") + std::to_string(i) + R"(","content":")" +
            std::string(content_bytes, 'x') + "\"}";
  }
  return R"({"code":200,"status":"success","data":{"memories":[)" + list + "]}}";
}

inline FakeStep drip(std::string bytes) {
  return [bytes = std::move(bytes)](FakePeer& peer) {
    for (const char letter : bytes) {
      if (!peer.send(std::string_view(&letter, 1)) || !peer.pause(20ms)) return;
    }
  };
}

inline FakeStep flood(std::string head, std::string piece) {
  return [head = std::move(head), piece = std::move(piece)](FakePeer& peer) {
    if (!peer.send(head)) return;
    while (peer.send(piece)) {
    }
    peer.close();
  };
}

inline FakeStep retry_at_date_in(int seconds) {
  return [seconds](FakePeer& peer) {
    const std::time_t then = std::time(nullptr) + seconds;
    std::tm parts{};
    ::gmtime_r(&then, &parts);
    char date[64];
    std::strftime(date, sizeof date, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    peer.send(http_answer(429, "", date));
  };
}

struct Behaviour {
  std::string name;
  std::vector<FakeStep> script;
  std::optional<ErrorCode> error;  // nothing: an answer
  int requests = 1;  // that the server saw: an attempt each, and one for each redirect
  milliseconds deadline = kLong;
  milliseconds at_least = 0ms;  // of the time that it took
  milliseconds at_most = 2s;    // the deadline and 50 ms where that is sooner
  std::string says = {};        // part of the message
  std::size_t hits = 1;
  FakeHttpServer::Reads reads = FakeHttpServer::Reads::kRequests;
};

inline std::string with_length(std::size_t bytes, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" + body;
}

inline const std::string kGzip = "Content-Encoding: gzip\r\n";
inline const std::string kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
    "chunked\r\n\r\n5\r\n{\"dat\r\n12\r\na\":{\"memories\":[{}\r\n3"
    "\r\n]}}\r\n0\r\nX-Trailer: 1\r\n\r\n";

inline std::vector<Behaviour> behaviours() {
  using enum ErrorCode;
  return {
      {"answers", {say(http_answer(200, kHit))}, {}},
      {"answers in chunks with a trailer", {say(kChunked)}, {}},
      {"answers in gzip", {say(http_answer(200, gzip_of(kHit), kGzip))}, {}},
      {"answers HTTP/1.0 and closes", {say_and_close("HTTP/1.0 200 OK\r\n\r\n" + kHit)}, {}},
      {"says 100 Continue first",
       {say("HTTP/1.1 100 Continue\r\n\r\n" + http_answer(200, kHit))},
       {}},
      {.name = "404 with the search envelope",
       .script = {say(http_answer(404, error_body(404, "No relevant items found")))},
       .hits = 0},
      {"404 of another kind",
       {say(http_answer(404, R"({"detail":"Not Found"})"))},
       kNotFound,
       1,
       kLong,
       0ms,
       2s,
       "answered 404: Not Found"},
      {"401",
       {say(http_answer(401, error_body(401, "Invalid token")))},
       kDenied,
       1,
       kLong,
       0ms,
       2s,
       "answered 401: Invalid token (1 attempt)"},
      {"401 that repeats key and query",
       {say(http_answer(401, error_body(401, std::string(kKey) + " asks: " + kQuery)))},
       kDenied,
       1,
       kLong,
       0ms,
       2s,
       "[hidden] asks: [hidden]"},
      {"403", {say(http_answer(403, error_body(403, "Limit reached")))}, kDenied},
      {"413", {say(http_answer(413, ""))}, kUnsupported, 1, kLong, 0ms, 2s, "answered 413"},
      {"422",
       {say(http_answer(422, R"({"detail":[{"loc":["query","n"],"msg":"too few"}]})"))},
       kUnsupported,
       1,
       kLong,
       0ms,
       2s,
       "answered 422: query.n: too few"},
      {"429 with Retry-After in seconds, then answers",
       {say(http_answer(429, "", "Retry-After: 0.05\r\n")), say(http_answer(200, kHit))},
       {},
       2,
       kLong,
       50ms},
      {"429 with Retry-After as a date, then answers",
       {retry_at_date_in(1), say(http_answer(200, kHit))},
       {},
       2},
      {"429 with a date after the deadline",
       {retry_at_date_in(30)},
       kUnavailable,
       1,
       kShort,
       0ms,
       2s,
       "no time for another"},
      {"500 three times",
       {say(http_answer(500, error_body(500, "Database down"), kRetrySoon))},
       kUnavailable,
       3,
       kLong,
       40ms,
       2s,
       "answered 500: Database down (3 attempts)"},
      {"503, then answers",
       {say(http_answer(503, "", kRetrySoon)), say(http_answer(200, kHit))},
       {},
       2,
       kLong,
       20ms},
      {"503 without Retry-After, then answers",
       {say(http_answer(503, "")), say(http_answer(200, kHit))},
       {},
       2,
       kLong,
       375ms},
      {"error envelope inside a 200",
       {say(http_answer(200, error_body(500, "Oh")))},
       kUnavailable,
       1,
       kLong,
       0ms,
       2s,
       "answered 500: Oh"},
      {"200 with a web page",
       {say(http_answer(200, "<html>Log in</html>"))},
       kCorrupt,
       1,
       kLong,
       0ms,
       2s,
       "not JSON"},
      {"hangs before answering", {hang()}, kTimeout, 1, kShort, kShort, 2s, "no whole answer"},
      {"accepts and never reads",
       {hang()},
       kTimeout,
       1,
       kShort,
       kShort,
       2s,
       "no whole answer",
       1,
       FakeHttpServer::Reads::kNothing},
      {"stalls inside the body",
       {say_and_hang(with_length(1000, "{\"data\""))},
       kTimeout,
       1,
       kShort,
       kShort},
      {"drips a byte each 20 ms", {drip(http_answer(200, kHit))}, kTimeout, 1, kShort, kShort},
      {"resets the connection", {reset()}, kUnavailable, 3, kLong, 1125ms, 4s, "(3 attempts)"},
      {"resets the connection, no time to wait",
       {reset()},
       kUnavailable,
       1,
       kShort,
       0ms,
       2s,
       "no time for another"},
      {"closes without an answer",
       {say_and_close("")},
       kUnavailable,
       1,
       kShort,
       0ms,
       2s,
       "no time for another"},
      {"closes inside the body", {say_and_close(with_length(1000, kHit))}, kUnavailable, 1, kShort},
      {"closes inside the body, then answers",
       {say_and_close(with_length(1000, kHit)), say(http_answer(200, kHit))},
       {},
       2,
       kLong,
       375ms},
      {"sends what is no HTTP", {say_and_close("SSH-2.0-OpenSSH_9.2\r\n")}, kCorrupt},
      {"sends random bytes", {say_and_close(std::string("\xFF\x00\x01\r\n\r\n", 7))}, kCorrupt},
      {"sends headers without end",
       {flood("HTTP/1.1 200 OK\r\n", "X-More: " + std::string(500, 'x') + "\r\n")},
       kCorrupt,
       1,
       kLong,
       0ms,
       2s,
       "longer than"},
      {"sends 10 MB of valid JSON",
       {say(http_answer(200, memories_of(10, 1'000'000)))},
       kCorrupt,
       1,
       kLong,
       0ms,
       2s,
       "longer than 4194304 bytes"},
      {"sends a body without end",
       {flood("HTTP/1.1 200 OK\r\n\r\n", std::string(65536, ' '))},
       kCorrupt,
       1,
       kLong,
       0ms,
       2s,
       "longer than 4194304 bytes"},
      {"sends 1.3 GB in a gzip of 8 MB",
       {say(http_answer(200, gzip_bomb(5'000'000), kGzip))},
       kCorrupt,
       1,
       kLong,
       0ms,
       2s,
       "longer than 4194304 bytes"},
      {"sends a broken gzip", {say(http_answer(200, kHit, kGzip))}, kCorrupt},
      {"redirects to itself for ever",
       {say(http_answer(302, "", "Location: /again\r\n"))},
       kNotFound,
       6,
       kLong,
       0ms,
       2s,
       "answered 302 (1 attempt)"},
  };
}

}  // namespace papr
