// SPDX-License-Identifier: Apache-2.0
#include "retry_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// The moment of the SDK's own test: 2023-09-29 16:26:37 UTC.
constexpr WallTime kNow{milliseconds(1'696'004'797'000)};
constexpr double kNoJitter = 0;

HttpResponse answer(int status, HttpHeaders headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = {}};
}

std::optional<milliseconds> wait_of(const Result<HttpResponse>& outcome, int made = 0) {
  return next_wait({.made = made, .allowed = made + 1}, outcome, kNow, kNoJitter);
}

struct Row {
  std::string retry_after;
  int retries_made;
  milliseconds wait;
};

// The table of the SDK's test, with three retries allowed where it does not say otherwise.
const std::vector<Row> kSdkTable = {
    {"20", 0, 20s},
    {"0", 0, 500ms},
    {"-10", 0, 500ms},
    {"60", 0, 60s},
    {"61", 0, 500ms},
    {"99999999999999999999999999999999999", 0, 500ms},
    {"Fri, 29 Sep 2023 16:26:57 GMT", 0, 20s},
    {"Fri, 29 Sep 2023 16:26:37 GMT", 0, 500ms},
    {"Fri, 29 Sep 2023 16:26:27 GMT", 0, 500ms},
    {"Fri, 29 Sep 2023 16:27:37 GMT", 0, 60s},
    {"Fri, 29 Sep 2023 16:27:38 GMT", 0, 500ms},
    {"Zun, 29 Sep 2023 16:26:27 GMT", 0, 500ms},
    {"", 0, 500ms},
    {"", 1, 1000ms},
    {"", 2, 2000ms},
    {"", 1100, 8000ms},
};

TEST(RetryPolicy, WaitsAsTheTableOfTheSdkSays) {
  for (const Row& row : kSdkTable) {
    EXPECT_EQ(wait_of(answer(429, {{"retry-after", row.retry_after}}), row.retries_made), row.wait)
        << '"' << row.retry_after << "\" after " << row.retries_made;
  }
}

TEST(RetryPolicy, TriesTheStatusesOfTheSdkAgainAndNoOthers) {
  for (int status : {408, 409, 429, 500, 502, 503, 504, 529, 599}) {
    EXPECT_TRUE(wait_of(answer(status))) << status;
  }
  for (int status :
       {200, 201, 204, 207, 301, 302, 307, 400, 401, 402, 403, 404, 413, 415, 418, 422}) {
    EXPECT_FALSE(wait_of(answer(status))) << status;
  }
}

TEST(RetryPolicy, TriesAgainWhatTheNetworkBrokeAndNotWhatTheServerIs) {
  EXPECT_EQ(wait_of(fail(ErrorCode::kUnavailable, "reset")), 500ms);
  EXPECT_EQ(wait_of(fail(ErrorCode::kTimeout, "late")), 500ms);
  EXPECT_EQ(wait_of(fail(ErrorCode::kCorrupt, "no HTTP")), std::nullopt);
  EXPECT_EQ(wait_of(fail(ErrorCode::kInvalidArgument, "no address")), std::nullopt);
}

TEST(RetryPolicy, EndsWithTheRetriesAllowed) {
  const Result<HttpResponse> busy = answer(503);
  EXPECT_TRUE(next_wait({.made = 1, .allowed = 2}, busy, kNow, kNoJitter));
  EXPECT_FALSE(next_wait({.made = 2, .allowed = 2}, busy, kNow, kNoJitter));
  EXPECT_FALSE(next_wait({.made = 0, .allowed = 0}, busy, kNow, kNoJitter));
}

TEST(RetryPolicy, TheServerMaySayOtherwiseOnAnError) {
  EXPECT_EQ(wait_of(answer(400, {{"x-should-retry", "true"}})), 500ms);
  EXPECT_EQ(wait_of(answer(500, {{"x-should-retry", "false"}})), std::nullopt);
  EXPECT_EQ(wait_of(answer(500, {{"x-should-retry", "perhaps"}})), 500ms);
  EXPECT_EQ(wait_of(answer(200, {{"x-should-retry", "true"}})), std::nullopt);
}

TEST(RetryPolicy, MillisecondsComeBeforeSeconds) {
  EXPECT_EQ(wait_of(answer(503, {{"retry-after-ms", "1500"}, {"retry-after", "9"}})), 1500ms);
  EXPECT_EQ(wait_of(answer(503, {{"retry-after-ms", "1.5"}})), 2ms);
  EXPECT_EQ(wait_of(answer(503, {{"retry-after-ms", "soon"}, {"retry-after", "9"}})), 9s);
  EXPECT_EQ(wait_of(answer(503, {{"retry-after-ms", "0"}, {"retry-after", "9"}})), 500ms);
}

TEST(RetryPolicy, WhatIsNoNumberAndNoDateIsPassedOver) {
  for (const char* text : {"soon", "1e999", "nan", "inf", "[1]", "1 2", "0x10", "{\"a\":1}",
                           "Fri, 99 Sep 9999999999999999 16:26:57 GMT"}) {
    EXPECT_EQ(wait_of(answer(429, {{"retry-after", text}})), 500ms) << text;
  }
  EXPECT_EQ(wait_of(answer(429, {{"retry-after", "2.5"}})), 2500ms);
}

TEST(RetryPolicy, JitterTakesOffAQuarterAtMost) {
  const Result<HttpResponse> busy = answer(503);
  EXPECT_EQ(next_wait({.made = 0, .allowed = 1}, busy, kNow, 1.0), 375ms);
  EXPECT_EQ(next_wait({.made = 9, .allowed = 10}, busy, kNow, 0.5), 7000ms);
}

}  // namespace
}  // namespace papr
