// SPDX-License-Identifier: Apache-2.0
#include "http_answer.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(HttpAnswer, HeadersAreKeptInOrderUnderSmallNames) {
  HttpAnswer answer(100);
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "Retry-After:  20 \r\n", "x-A:\r\n",
                           "no colon\r\n", "X-a: b: c\r\n", "\r\n"}) {
    EXPECT_TRUE(answer.take_line(line));
  }
  EXPECT_TRUE(answer.take_body("ab"));
  EXPECT_TRUE(answer.take_body("c"));
  const HttpResponse response = std::move(answer).finish(200);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers, (HttpHeaders{{"retry-after", "20"}, {"x-a", ""}, {"x-a", "b: c"}}));
  EXPECT_EQ(response.body, "abc");
}

TEST(HttpAnswer, InterimAnswersAndTrailersAreNotTheAnswers) {
  HttpAnswer answer(100);
  for (const char* line : {"HTTP/1.1 103 Early Hints\r\n", "X-Early: 1\r\n", "\r\n",
                           "HTTP/1.1 200 OK\r\n", "X-Real: 1\r\n", "\r\n", "X-Trailer: 1\r\n"}) {
    EXPECT_TRUE(answer.take_line(line));
  }
  EXPECT_EQ(std::move(answer).finish(200).headers, (HttpHeaders{{"x-real", "1"}}));
}

TEST(HttpAnswer, TheLimitIsKeptToTheByte) {
  HttpAnswer answer(3);
  EXPECT_TRUE(answer.take_body("abc"));
  EXPECT_FALSE(answer.too_long());
  EXPECT_FALSE(answer.take_body("d"));
  EXPECT_TRUE(answer.too_long());
}

TEST(HttpAnswer, AHeadWithoutEndIsTooLong) {
  HttpAnswer answer(100);
  const std::string line = "X: " + std::string(1000, 'y') + "\r\n";
  int taken = 0;
  while (taken < 10'000 && answer.take_line(line)) ++taken;
  EXPECT_LT(taken, 1000);
  EXPECT_TRUE(answer.too_long());
}

}  // namespace
}  // namespace papr
