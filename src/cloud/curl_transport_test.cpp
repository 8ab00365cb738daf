// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "fake_http_server.h"
#include "fake_http_steps.h"
#include "http_headers.h"
#include "http_transport.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

HttpRequest post(std::string url, std::string body = "{}") {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", "application/json"},
                      {"Authorization", "Bearer secret"},
                      {"X-API-Key", "secret"}},
          .body = std::move(body),
          .deadline = steady_clock::now() + 20s};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(CurlTransport, SendsTheRequestAsItIs) {
  FakeHttpServer server({say(http_answer(200, "hello", "X-Seen: Yes\r\n"))});
  const auto response =
      make_curl_transport()->exchange(post(server.url() + "/a/b?c=1", "{\"q\":1}"), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(*find_header(response->headers, "x-seen"), "Yes");
  const std::string request = server.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /a/b?c=1 HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"q\":1}")) << request;
  EXPECT_TRUE(has(request, "\r\nContent-Type: application/json\r\n")) << request;
  EXPECT_TRUE(has(request, "\r\nAccept-Encoding: gzip, deflate\r\n")) << request;
}

TEST(CurlTransport, ALongBodyIsSentWithoutWaitingForPermission) {
  FakeHttpServer server({say(http_answer(200, ""))});
  const auto response =
      make_curl_transport()->exchange(post(server.url(), std::string(3'000'000, 'x')), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_FALSE(has(server.requests().at(0), "Expect:"));
  EXPECT_GT(server.requests().at(0).size(), 3'000'000U);
}

TEST(CurlTransport, KeepsTheConnectionForTheNextExchange) {
  FakeHttpServer server({say(http_answer(200, "x"))});
  const auto transport = make_curl_transport();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->exchange(post(server.url()), {}));
  EXPECT_EQ(server.requests().size(), 5U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTransport, AKeptConnectionThatTheServerClosedIsReplaced) {
  FakeHttpServer server({say_and_close(http_answer(200, "x"))});
  const auto transport = make_curl_transport();
  for (int i = 0; i < 5; ++i) {
    const auto response = transport->exchange(post(server.url()), {});
    ASSERT_TRUE(response) << response.error().message;
  }
  EXPECT_EQ(server.connections(), 5U);
}

TEST(CurlTransport, ServesSeveralThreadsAtOnce) {
  FakeHttpServer server({say(http_answer(200, "x"))});
  const auto transport = make_curl_transport();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) {
        if (transport->exchange(post(server.url()), {})) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 80);
}

TEST(CurlTransport, ACancelEndsAnExchangeWithin20Milliseconds) {
  auto best = steady_clock::duration::max();
  for (int i = 0; i < 10 && best > 20ms; ++i) {
    FakeHttpServer server({hang()});
    CancelSource source;
    SteadyTime cancelled_at;
    std::thread canceller([&] {
      server.wait_for_requests(1);
      cancelled_at = steady_clock::now();
      source.cancel();
    });
    const auto response = make_curl_transport()->exchange(post(server.url()), source.token());
    const SteadyTime ended_at = steady_clock::now();
    canceller.join();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(has(response.error().message, "cancelled")) << response.error().message;
    best = std::min(best, ended_at - cancelled_at);
  }
  EXPECT_LE(best, 20ms);
}

TEST(CurlTransport, AfterACancelTheNextExchangeIsWhole) {
  FakeHttpServer server({say_and_hang("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nold"),
                         say(http_answer(200, "new"))});
  const auto transport = make_curl_transport();
  HttpRequest late = post(server.url());
  late.deadline = steady_clock::now() + 100ms;
  EXPECT_EQ(transport->exchange(late, {}).error().code, ErrorCode::kTimeout);
  const auto response = transport->exchange(post(server.url()), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "new");
}

TEST(CurlTransport, AfterTheDeadlineNobodyIsAsked) {
  FakeHttpServer server({say(http_answer(200, ""))});
  HttpRequest late = post(server.url());
  late.deadline = steady_clock::now() - 1ms;
  EXPECT_EQ(make_curl_transport()->exchange(late, {}).error().code, ErrorCode::kTimeout);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(CurlTransport, AnAnswerOfJustTheLimitIsGiven) {
  FakeHttpServer server({say(http_answer(200, std::string(1000, 'x')))});
  HttpRequest request = post(server.url());
  request.body_limit_bytes = 1000;
  EXPECT_TRUE(make_curl_transport()->exchange(request, {}));
  request.body_limit_bytes = 999;
  EXPECT_EQ(make_curl_transport()->exchange(request, {}).error().code, ErrorCode::kCorrupt);
}

TEST(CurlTransport, NobodyListeningIsSaidWithTheServersAddressOnly) {
  const int port = FakeHttpServer({hang()}).port();
  const std::string origin = "http://127.0.0.1:" + std::to_string(port);
  const auto response = make_curl_transport()->exchange(post(origin + "/secret?secret"), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(response.error().message.starts_with("ask \"" + origin + "\": "));
  EXPECT_FALSE(has(response.error().message, "secret")) << response.error().message;
}

TEST(CurlTransport, WhatCannotBeSentIsRefused) {
  const auto transport = make_curl_transport();
  for (const char* url : {"", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://secret@h/"}) {
    const auto response = transport->exchange(post(url), {});
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(has(response.error().message, "secret"));
  }
  for (const auto& header : HttpHeaders{{"X", "a\r\nSmuggled: secret"}, {"X secret", "a"}}) {
    HttpRequest request = post("http://127.0.0.1:1/");
    request.headers.push_back(header);
    const auto response = transport->exchange(request, {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(has(response.error().message, "secret"));
  }
}

TEST(CurlTransport, ARedirectToAnotherPortArrivesThereWithoutKeyAndQuery) {
  FakeHttpServer other({say(http_answer(200, "there"))});
  FakeHttpServer server({say(http_answer(302, "", "Location: " + other.url() + "/x\r\n"))});
  const auto response = make_curl_transport()->exchange(post(server.url(), "my query"), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "there");
  EXPECT_TRUE(has(server.requests().at(0), "secret"));
  const std::string seen = other.requests().at(0);
  EXPECT_TRUE(seen.starts_with("GET /x HTTP/1.1\r\n")) << seen;
  for (const char* kept_back : {"secret", "query", "Authorization", "Key"}) {
    EXPECT_FALSE(has(seen, kept_back)) << seen;
  }
}

TEST(CurlTransport, A307ToAnotherPortIsNotFollowedAndToTheSameOneIs) {
  FakeHttpServer other({say(http_answer(200, "there"))});
  FakeHttpServer server({say(http_answer(307, "", "Location: /here\r\n")),
                         say(http_answer(307, "", "Location: " + other.url() + "\r\n"))});
  const auto response = make_curl_transport()->exchange(post(server.url(), "my query"), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 307);
  EXPECT_TRUE(has(server.requests().at(1), "my query"));
  EXPECT_TRUE(has(server.requests().at(1), "X-API-Key: secret"));
  EXPECT_EQ(other.connections(), 0U);
}

TEST(CurlTransport, FiveRedirectsAreFollowedAndNoMore) {
  FakeHttpServer server({say(http_answer(301, "", "Location: /x\r\n"))});
  const auto response = make_curl_transport()->exchange(post(server.url()), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 301);
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST(CurlTransport, AnAddressThatTheServerChoseIsNotRepeated) {
  const std::string port = std::to_string(FakeHttpServer({hang()}).port());  // nobody listens now
  FakeHttpServer server(
      {say(http_answer(302, "", "Location: http://my-query.localhost:" + port + "/\r\n"))});
  const auto response = make_curl_transport()->exchange(post(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message,
            "ask \"" + server.url() + "\": the server that it redirects to: unavailable");
}

TEST(CurlTransport, AProxyOfTheEnvironmentIsAskedForOtherMachinesOnly) {
  FakeHttpServer proxy({say(http_answer(200, "by proxy"))});
  FakeHttpServer server({say(http_answer(200, "direct"))});
  for (const char* name : {"http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"}) {
    ::setenv(name, proxy.url().c_str(), 1);
  }
  ::unsetenv("no_proxy");
  ::unsetenv("NO_PROXY");
  const auto far = make_curl_transport()->exchange(post("http://papr.invalid/x"), {});
  const auto near = make_curl_transport()->exchange(post(server.url()), {});
  for (const char* name : {"http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"}) ::unsetenv(name);
  ASSERT_TRUE(far) << far.error().message;
  EXPECT_EQ(far->body, "by proxy");
  EXPECT_TRUE(proxy.requests().at(0).starts_with("POST http://papr.invalid/x "));
  ASSERT_TRUE(near) << near.error().message;
  EXPECT_EQ(near->body, "direct");
}

TEST(CurlTransport, TrustsTheCertificatesThatTheEnvironmentNames) {
  const TlsTrust trust = tls_trust_of([](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "SSL_CERT_FILE") return "/a";
    if (std::string_view(name) == "SSL_CERT_DIR") return "/b";
    return std::nullopt;
  });
  EXPECT_EQ(trust.certificates_file, "/a");
  EXPECT_EQ(trust.certificates_folder, "/b");
}

}  // namespace
}  // namespace papr
