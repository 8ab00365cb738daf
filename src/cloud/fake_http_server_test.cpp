// SPDX-License-Identifier: Apache-2.0
// The fakes behave as what they stand for: the server as HTTP says, the transport as libcurl's.
#include "fake_http_server.h"

#include <gtest/gtest.h>

#include <chrono>

#include "fake_http_steps.h"
#include "fake_http_transport.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

HttpRequest post(std::string url) {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {},
          .body = "{}",
          .deadline = std::chrono::steady_clock::now() + 20s};
}

TEST(FakeHttpServer, FollowsItsScriptAndRepeatsTheLastStep) {
  FakeHttpServer server({say(http_answer(500, "a")), say_and_close(http_answer(200, "b"))});
  const auto transport = make_curl_transport();
  std::string bodies;
  for (int i = 0; i < 3; ++i) {
    const auto response = transport->exchange(post(server.url()), {});
    ASSERT_TRUE(response) << response.error().message;
    bodies += response->body;
  }
  EXPECT_EQ(bodies, "abb");
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(server.connections(), 2U);
}

TEST(FakeHttpServer, StopsWhileAStepHangs) {
  const auto start = std::chrono::steady_clock::now();
  {
    FakeHttpServer server({hang()});
    HttpRequest request = post(server.url());
    request.deadline = start + 50ms;
    EXPECT_FALSE(make_curl_transport()->exchange(request, {}));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(FakeHttpTransport, GivesWhatTheRealOneGives) {
  FakeHttpServer server({say(http_answer(503, "busy", "Retry-After: 1\r\n")), reset()});
  FakeHttpTransport fake({HttpResponse{.status = 503,
                                       .headers = {{"content-length", "4"}, {"retry-after", "1"}},
                                       .body = "busy"},
                          fail(ErrorCode::kUnavailable, "ask \"" + server.url() + "\": reset")});
  const auto real = make_curl_transport();
  for (HttpTransport* transport : {static_cast<HttpTransport*>(&fake), real.get()}) {
    const auto busy = transport->exchange(post(server.url()), {});
    ASSERT_TRUE(busy) << busy.error().message;
    EXPECT_EQ(busy->status, 503);
    EXPECT_EQ(busy->headers, (HttpHeaders{{"content-length", "4"}, {"retry-after", "1"}}));
    EXPECT_EQ(busy->body, "busy");
    const auto broken = transport->exchange(post(server.url()), {});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(broken.error().message.starts_with("ask \"http://127.0.0.1:"));
    CancelSource source;
    source.cancel();
    const auto cancelled = transport->exchange(post(server.url()), source.token());
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::kUnavailable);
  }
}

}  // namespace
}  // namespace papr
