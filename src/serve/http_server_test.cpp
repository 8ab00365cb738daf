// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <gtest/gtest.h>

#include <barrier>
#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "running_server_for_test.h"

namespace papr::serve {
namespace {

using std::chrono::milliseconds;

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
