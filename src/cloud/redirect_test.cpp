// SPDX-License-Identifier: Apache-2.0
#include "redirect.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

HttpRequest post(std::string url = "https://h/search") {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Accept", "application/json"},
                      {"Content-Type", "application/json"},
                      {"User-Agent", "test"},
                      {"Authorization", "Bearer secret"},
                      {"X-Session-Token", "secret"},
                      {"X-API-Key", "secret"},
                      {"X-Custom", "secret"}},
          .body = "{}"};
}

HttpResponse to(int status, std::string location) {
  return {.status = status, .headers = {{"location", std::move(location)}}, .body = {}};
}

TEST(Redirect, OnTheSameServerTheKeyGoesAlong) {
  for (int status : {301, 302, 303}) {
    const auto next = redirected(post(), to(status, "/there"));
    ASSERT_TRUE(next) << status;
    EXPECT_EQ(next->method, "GET");
    EXPECT_EQ(next->url, "https://h/there");
    EXPECT_EQ(next->body, "");
    EXPECT_EQ(next->headers.size(), post().headers.size() - 1);  // no Content-Type
  }
  for (int status : {307, 308}) {
    const auto next = redirected(post(), to(status, "https://H:443/there"));
    ASSERT_TRUE(next) << status;
    EXPECT_EQ(next->method, "POST");
    EXPECT_EQ(next->body, "{}");
    EXPECT_EQ(next->headers, post().headers);
  }
}

TEST(Redirect, AnotherSchemeHostOrPortSeesNoKeyAndNoHeaderThatWeDoNotKnow) {
  for (const char* elsewhere : {"https://g/", "https://h:444/", "//g/", "https://h.g/"}) {
    const auto next = redirected(post(), to(302, elsewhere));
    ASSERT_TRUE(next) << elsewhere;
    EXPECT_EQ(next->headers, (HttpHeaders{{"Accept", "application/json"}, {"User-Agent", "test"}}));
  }
  const auto upgraded = redirected(post("http://h/"), to(302, "https://h/"));
  ASSERT_TRUE(upgraded);
  EXPECT_EQ(upgraded->headers.size(), 2U);
}

TEST(Redirect, AQueryIsNotSentToAnotherServer) {
  EXPECT_FALSE(redirected(post(), to(307, "https://g/")));
  EXPECT_FALSE(redirected(post(), to(308, "https://h:444/")));
}

TEST(Redirect, NothingLeadsFromHttpsToHttp) {
  EXPECT_FALSE(redirected(post(), to(302, "http://h/")));
}

TEST(Redirect, WhatLeadsNowhereIsTheLastAnswer) {
  EXPECT_FALSE(redirected(post(), {.status = 302, .headers = {}, .body = {}}));
  EXPECT_FALSE(redirected(post(), to(302, "ftp://g/")));
  EXPECT_FALSE(redirected(post(), to(302, "https://user@g/")));
  for (int status : {200, 300, 304, 305, 400}) {
    EXPECT_FALSE(redirected(post(), to(status, "/there"))) << status;
  }
}

}  // namespace
}  // namespace papr
