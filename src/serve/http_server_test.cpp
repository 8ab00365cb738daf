// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <gtest/gtest.h>

#include <barrier>
#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loopback_client_for_test.h"

namespace papr::serve {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const std::string kToken(64, 't');

Result<Answer> one_hit(std::string_view, const SearchOptions&) {
  return Answer{.hits = {{{.id = "1", .content = "tea"}, 0.5}}};
}

// Limits that nothing in a test runs into, unless it lowers one.
HttpLimits patient() {
  return {.idle = hours(1), .request = hours(1), .response = hours(1), .contended = hours(1)};
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

std::string search_head(std::size_t body_bytes, const std::string& more = {}) {
  return "POST /v1/memory/search?max_memories=10 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " +
         kToken +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body_bytes) +
         "\r\n" + more + "\r\n";
}

std::string search(const std::string& more = {}) {
  const std::string body = R"({"query":"tea"})";
  return search_head(body.size(), more) + body;
}

std::string get(const std::string& more = {}) {
  return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + kToken + "\r\n" + more + "\r\n";
}

int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

std::size_t count_of_answers(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("HTTP/1.1 ", at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST(HttpServer, AnswersSearchAfterSearchOnOneConnection) {
  const Running running;
  auto client = running.connect();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(client.send(search()));
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 200) << answer;
    EXPECT_TRUE(answer.contains(R"("content":"tea")")) << answer;
    EXPECT_TRUE(answer.contains("Content-Type: application/json\r\n")) << answer;
  }
  ASSERT_TRUE(client.send(search() + get() + search()));
  for (int round = 0; round < 3; ++round) EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST(HttpServer, ARequestMayComeByteByByte) {
  const Running running;
  auto client = running.connect();
  for (const char byte : search()) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST(HttpServer, StrangersAreTurnedAwayAndTheirBodyIsNotTakenForARequest) {
  const Running running([](std::string_view, const SearchOptions&) -> Result<Answer> {
    ADD_FAILURE() << "searched";
    return Answer{};
  });
  const std::string inner = get();
  const auto with_host = [&](const std::string& headers) {
    return "POST /v1/memory/search HTTP/1.1\r\n" + headers +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(inner.size()) +
           "\r\n\r\n" + inner;
  };
  const std::string key = "X-API-Key: " + kToken + "\r\n";
  for (const auto& [headers, status] : std::vector<std::pair<std::string, int>>{
           {"Host: 127.0.0.1\r\n", 401},
           {"Host: 127.0.0.1\r\nX-API-Key: " + std::string(64, 'x') + "\r\n", 401},
           {"Host: evil.example\r\n" + key, 403},
           {key, 403},
           {"Host: 127.0.0.1\r\nOrigin: http://evil.example\r\n" + key, 403}}) {
    auto client = running.connect();
    ASSERT_TRUE(client.send(with_host(headers)));
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), status) << answer;
    EXPECT_TRUE(answer.contains("Connection: close\r\n")) << answer;
  }
}

TEST(HttpServer, ABodyOverTheLimitIsRefusedAndItsSenderReadsWhy) {
  const Running running;
  auto client = running.connect();
  const std::size_t bytes = std::size_t{2} << 20;
  ASSERT_TRUE(client.send(search_head(bytes) + std::string(bytes, ' ')));
  EXPECT_EQ(status_of(client.read_answer()), 413);
}

TEST(HttpServer, ABodyOfUnknownLengthIsRefused) {
  const Running running;
  auto client = running.connect();
  std::string head = search_head(0, "Transfer-Encoding: chunked\r\n");
  ASSERT_TRUE(client.send(head + "5\r\nhello\r\n0\r\n\r\n"));
  const std::string answer = client.read_answer();
  EXPECT_TRUE(status_of(answer) == 411 || status_of(answer) == 400) << answer;
}

TEST(HttpServer, AnEndlessHeadIsCutOff) {
  for (const std::string start :
       {"GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\n", "GET / HTTP/1.1\r\n\r\r\n", "GET /"}) {
    const Running running(one_hit, [] {
      HttpLimits limits = patient();
      limits.contended = milliseconds(0);
      return limits;
    }());
    auto client = running.connect();
    client.send(start);
    // More than the limit, in lines and in one line.
    const std::string filler = start.ends_with('\n') ? "X-Filler: x\r\n" : "filler";
    std::string flood;
    while (flood.size() < 20'000) flood += filler;
    client.send(flood);
    const std::string answer = client.read_answer();
    EXPECT_TRUE(status_of(answer) == 431 || status_of(answer) == 400) << answer;
  }
}

TEST(HttpServer, WhatIsNotHttpIsA400WithTheEnvelope) {
  const Running running;
  for (const std::string text :
       {"GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n"}) {
    auto client = running.connect();
    ASSERT_TRUE(client.send(text));
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 400) << answer;
    EXPECT_TRUE(answer.contains(R"({"code":400,"status":"error")")) << answer;
  }
}

TEST(HttpServer, ABodyWhereNoneIsWantedEndsTheConnection) {
  const Running running;
  auto client = running.connect();
  ASSERT_TRUE(client.send(get("Content-Length: 200\r\n") + get() + get()));
  const std::string answer = client.read_answer();
  EXPECT_TRUE(answer.contains("Connection: close\r\n")) << answer;
}

TEST(HttpServer, RangesAndCompressionAreNotOffered) {
  const Running running;
  auto client = running.connect();
  ASSERT_TRUE(client.send(get("Range: bytes=0-3\r\nAccept-Encoding: gzip, br\r\n")));
  const std::string answer = client.read_answer();
  EXPECT_EQ(status_of(answer), 200) << answer;
  EXPECT_TRUE(answer.ends_with("}")) << answer;
  EXPECT_FALSE(answer.contains("Content-Encoding")) << answer;
}

TEST(HttpServer, ASearcherThatThrowsIsA500ThatTellsNothing) {
  const Running running([](std::string_view, const SearchOptions&) -> Result<Answer> {
    throw std::runtime_error("secret");
  });
  auto client = running.connect();
  ASSERT_TRUE(client.send(search()));
  const std::string answer = client.read_answer();
  EXPECT_EQ(status_of(answer), 500);
  EXPECT_FALSE(answer.contains("secret")) << answer;
}

TEST(HttpServer, AConnectionEndsAfterItsShareOfRequests) {
  HttpLimits limits = patient();
  limits.requests = 2;
  limits.idle = milliseconds(20);
  const Running running(one_hit, limits);
  auto client = running.connect();
  ASSERT_TRUE(client.send(get() + get() + get()));
  const std::string all = client.read_to_end();
  EXPECT_EQ(count_of_answers(all), 2u) << all;
  EXPECT_TRUE(all.contains("Connection: close\r\n")) << all;
}

TEST(HttpServer, AClientThatDawdlesIsTold) {
  HttpLimits limits = patient();
  limits.request = milliseconds(20);
  const Running running(one_hit, limits);
  for (const std::string part : {"P", "POST /v1/memory/search HTTP/1.1\r\nHost:"}) {
    auto client = running.connect();
    ASSERT_TRUE(client.send(part));
    EXPECT_EQ(status_of(client.read_answer()), 408);
  }
  auto client = running.connect();
  ASSERT_TRUE(client.send(search_head(100) + "{"));
  EXPECT_EQ(status_of(client.read_answer()), 408);
}

TEST(HttpServer, AnIdleConnectionIsClosedWithoutAWord) {
  HttpLimits limits = patient();
  limits.idle = milliseconds(20);
  const Running running(one_hit, limits);
  EXPECT_EQ(running.connect().read_to_end(), "");
}

TEST(HttpServer, ClientsThatHoldEveryWorkerDoNotKeepAnotherFromItsAnswer) {
  HttpLimits limits = patient();
  limits.workers = 2;
  limits.contended = milliseconds(20);
  const Running running(one_hit, limits);
  std::vector<LoopbackClient> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(running.connect());
    // Some say nothing, some begin a head, some a body; and none ever goes on.
    slow.back().send(i % 3 == 0 ? "" : i % 3 == 1 ? "POST /" : search_head(100) + "{");
  }
  auto client = running.connect();
  ASSERT_TRUE(client.send(search()));
  EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST(HttpServer, RequestsAreAnsweredInParallel) {
  constexpr int kClients = 4;
  std::barrier together(kClients);  // falls only when all searches run at the same time
  const Running running([&](std::string_view query, const SearchOptions& options) {
    together.arrive_and_wait();
    return one_hit(query, options);
  });
  std::vector<LoopbackClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(running.connect());
    ASSERT_TRUE(clients.back().send(search()));
  }
  for (LoopbackClient& client : clients) EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST(HttpServer, MoreConnectionsThanMayWaitGetA503) {
  HttpLimits limits = patient();
  limits.workers = 1;
  limits.longest_queue = 1;
  std::latch searching(1), go_on(1);
  const Running running(
      [&](std::string_view query, const SearchOptions& options) {
        searching.count_down();
        go_on.wait();
        return one_hit(query, options);
      },
      limits);
  auto served = running.connect();
  ASSERT_TRUE(served.send(search()));
  searching.wait();
  auto queued = running.connect();
  ASSERT_TRUE(queued.send(get("Connection: close\r\n")));
  auto turned_away = running.connect();
  ASSERT_TRUE(turned_away.send(search()));
  const std::string answer = turned_away.read_answer();
  EXPECT_EQ(status_of(answer), 503) << answer;
  EXPECT_TRUE(answer.contains("Retry-After: 1\r\n")) << answer;
  go_on.count_down();
  EXPECT_EQ(status_of(served.read_answer()), 200);
  served = LoopbackClient(running.port);  // the first one goes, and the queued one is served
  EXPECT_EQ(status_of(queued.read_answer()), 200);
}

TEST(HttpServer, StopLetsARunningSearchEndAndSendsItsAnswer) {
  std::latch searching(1), go_on(1);
  const Running running([&](std::string_view query, const SearchOptions& options) {
    searching.count_down();
    go_on.wait();
    return one_hit(query, options);
  });
  auto client = running.connect();
  ASSERT_TRUE(client.send(search()));
  searching.wait();
  std::thread stopping([&] { running.server->stop(); });
  go_on.count_down();
  EXPECT_EQ(status_of(client.read_answer()), 200);
  stopping.join();
  EXPECT_FALSE(running.connect().connected());
}

TEST(HttpServer, StopWaitsForNoIdleClientAndNotLongForASlowOne) {
  HttpLimits limits = patient();
  limits.contended = milliseconds(20);
  const Running running(one_hit, limits);
  auto idle = running.connect();
  auto between = running.connect();
  ASSERT_TRUE(between.send(get()));
  EXPECT_EQ(status_of(between.read_answer()), 200);
  auto slow = running.connect();
  ASSERT_TRUE(slow.send(search_head(100) + "{"));
  running.server->stop();  // hangs for an hour if it waits for one of them
  running.server->stop();
  EXPECT_EQ(between.read_to_end(), "");
  EXPECT_FALSE(idle.read_to_end().contains("timed out"));
}

TEST(HttpServer, AClientThatLeavesEarlyHurtsNobody) {
  const Running running;
  for (int i = 0; i < 50; ++i) {
    const auto client = running.connect();
    client.send(i % 2 == 0 ? search() : search_head(100));
  }
  auto client = running.connect();
  ASSERT_TRUE(client.send(search()));
  EXPECT_EQ(status_of(client.read_answer()), 200);
}

}  // namespace
}  // namespace papr::serve
