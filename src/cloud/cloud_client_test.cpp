// SPDX-License-Identifier: Apache-2.0
#include "cloud_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fake_http_transport.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Each look at it takes a quarter of a second, so waits end almost at once.
class QuickClock final : public Clock {
 public:
  SteadyTime steady_now() const noexcept override { return SteadyTime(looks_++ * 250ms); }
  WallTime wall_now() const noexcept override { return WallTime(1'696'004'797'000ms); }

 private:
  mutable std::atomic<int> looks_ = 0;
};

HttpResponse answer(int status, std::string body = {}, HttpHeaders headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

const std::string kOneHit = R"({"code":200,"data":{"memories":[{"id":"m1"}]},"search_id":"s"})";

// A client that meets `outcomes`.
struct Asked {
  explicit Asked(std::vector<Result<HttpResponse>> outcomes, CloudOptions options = {})
      : owned(std::make_unique<FakeHttpTransport>(std::move(outcomes))),
        transport(*owned),
        client({.base_url = "https://papr.example", .api_key = "sk-secret-key"}, std::move(owned),
               std::make_shared<QuickClock>(), with_jitter(std::move(options))) {}

  static CloudOptions with_jitter(CloudOptions options) {
    options.jitter = [] { return 0.0; };
    return options;
  }

  Result<CloudAnswer> search(milliseconds deadline = 1h, CancelToken cancel = {}) {
    return client.search({.query = "the silver teapot"}, SteadyTime(deadline), std::move(cancel));
  }

  std::unique_ptr<FakeHttpTransport> owned;
  FakeHttpTransport& transport;
  CloudClient client;
};

TEST(CloudClient, GivesTheHitsOfTheFirstGoodAnswer) {
  Asked asked({answer(503), fail(ErrorCode::kUnavailable, "reset"), answer(200, kOneHit)});
  const auto found = asked.search();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->hits.size(), 1U);
  EXPECT_EQ(found->search_id, "s");
  EXPECT_EQ(found->attempts, 3);
}

TEST(CloudClient, GivesUpAfterTheRetriesAndSaysWhatTheLastAttemptMet) {
  Asked asked({answer(500), answer(503), answer(500, R"({"error":"Out of tea"})"), answer(200)});
  const auto found = asked.search();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(found.error().message,
            "search the Papr API: ask \"https://papr.example\": answered 500: Out of tea "
            "(3 attempts)");
  EXPECT_EQ(asked.transport.requests().size(), 3U);
}

TEST(CloudClient, WithoutRetriesTheFirstFailureIsTheAnswer) {
  Asked asked({answer(500)}, {.max_retries = 0});
  EXPECT_FALSE(asked.search());
  EXPECT_EQ(asked.transport.requests().size(), 1U);
}

TEST(CloudClient, AWaitBeyondTheDeadlineIsNotBegun) {
  Asked asked({answer(503, "", {{"retry-after", "20"}})});
  const auto found = asked.search(19s);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(found.error().message.find("(1 attempt, no time for another)"), std::string::npos)
      << found.error().message;
  EXPECT_EQ(asked.transport.requests().size(), 1U);
}

TEST(CloudClient, EachAttemptEndsAtItsLimitOrTheDeadline) {
  Asked asked({answer(503)}, {.attempt_timeout = 5s});
  EXPECT_FALSE(asked.search(6s));
  const auto requests = asked.transport.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].deadline, SteadyTime(5s));
  EXPECT_EQ(requests[2].deadline, SteadyTime(6s));
}

TEST(CloudClient, AsksNobodyAfterTheDeadlineOrWhenCancelled) {
  Asked late({answer(200, kOneHit)});
  EXPECT_EQ(late.search(0ms).error().code, ErrorCode::kTimeout);
  Asked cancelled({answer(200, kOneHit)});
  CancelSource source;
  source.cancel();
  const auto found = cancelled.search(1h, source.token());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(found.error().message.find("cancelled (0 attempts)"), std::string::npos);
  EXPECT_TRUE(late.transport.requests().empty());
  EXPECT_TRUE(cancelled.transport.requests().empty());
}

TEST(CloudClient, ACancelEndsAWaitWithin20Milliseconds) {
  // The best of some: a busy machine may wake any thread late.
  auto best = SteadyTime::duration::max();
  for (int i = 0; i < 10 && best > 20ms; ++i) {
    CloudClient client({.base_url = "https://papr.example", .api_key = "k"},
                       std::make_unique<FakeHttpTransport>(std::vector<Result<HttpResponse>>{
                           answer(503, "", {{"retry-after", "60"}})}),
                       std::make_shared<SystemClock>());
    CancelSource source;
    SteadyTime cancelled_at;
    std::thread canceller([&] {
      // The first attempt takes no time, so this falls into the wait or before it.
      cancelled_at = std::chrono::steady_clock::now();
      source.cancel();
    });
    const auto found =
        client.search({.query = "x"}, std::chrono::steady_clock::now() + 1h, source.token());
    const auto ended_at = std::chrono::steady_clock::now();
    canceller.join();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
    best = std::min(best, ended_at - cancelled_at);
  }
  EXPECT_LE(best, 20ms);
}

TEST(CloudClient, AQueryThatCannotBeSentIsNotSent) {
  Asked asked({answer(200, kOneHit)});
  const auto found = asked.client.search({.query = " "}, SteadyTime(1h));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(found.error().message.find("0 attempts"), std::string::npos) << found.error().message;
}

TEST(CloudClient, RepeatsNeitherKeyNorQuery) {
  Asked asked({answer(401, R"({"error":"no sk-secret-key asks for the silver teapot"})")});
  const auto found = asked.search();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            "search the Papr API: ask \"https://papr.example\": answered 401: no [hidden] asks for "
            "[hidden] (1 attempt)");
}

TEST(CloudClient, TheRandomDeviceGivesSharesBelowOne) {
  for (int i = 0; i < 100; ++i) {
    const double share = random_share();
    EXPECT_GE(share, 0.0);
    EXPECT_LT(share, 1.0);
  }
}

}  // namespace
}  // namespace papr
