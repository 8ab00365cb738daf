// SPDX-License-Identifier: Apache-2.0
#include "http_url.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

HttpUrl url_of(std::string_view text) {
  auto url = parse_http_url(text);
  EXPECT_TRUE(url) << text << ": " << url.error().message;
  return url.value_or(HttpUrl{});
}

TEST(HttpUrl, IsReadIntoWhatDecidesWhoGetsTheKey) {
  const HttpUrl url = url_of("HTTPS://Memory.Papr.AI/api");
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "memory.papr.ai");
  EXPECT_EQ(url.port, 443);
  EXPECT_EQ(origin_of(url), "https://memory.papr.ai");
  EXPECT_EQ(origin_of(url_of("http://[::1]:8080")), "http://[::1]:8080");
}

TEST(HttpUrl, OtherSchemesAndHalfAddressesAreRefusedWithoutBeingQuoted) {
  for (const char* text :
       {"", "papr", "memory.papr.ai", "ftp://h/secret", "file:///etc/secret", "http://",
        "http://user:secret@h/", "https://secret@h/", "http://h:99999/secret", "http://h/#secret",
        "http://h/se cret", "http://h/\nsecret", "http://h\tsecret/", "http://secret\xC3\xA9/",
        "//secret"}) {
    const auto url = parse_http_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos) << url.error().message;
  }
}

TEST(HttpUrl, AZeroByteDoesNotEndIt) {
  EXPECT_FALSE(parse_http_url(std::string_view("http://h/\0x", 11)));
}

TEST(HttpUrl, AHostIsTheSameHoweverOftenItIsRead) {
  EXPECT_EQ(url_of("http://%6Ch/").host, "lh");
  EXPECT_EQ(url_of(url_of("http://%6Ch/").text).host, "lh");
  for (const char* text : {"http://%256Ch/", "http://a%99b/", "http://a%20b/", "http://a%0Ab/"}) {
    EXPECT_FALSE(parse_http_url(text)) << text;
  }
}

TEST(HttpUrl, APathOfTheBaseIsKeptWithOrWithoutItsSlash) {
  for (const char* base : {"http://h/x", "http://h/x/"}) {
    EXPECT_EQ(join(url_of(base), "v1/memory"), "http://h/x/v1/memory");
  }
  for (const char* base : {"http://h", "http://h/"}) {
    EXPECT_EQ(join(url_of(base), "v1/memory"), "http://h/v1/memory");
  }
}

TEST(HttpUrl, OnlyAddressesOfThisMachineAreLoopback) {
  for (const char* here : {"http://localhost:1", "http://LOCALHOST/", "http://127.0.0.1",
                           "http://127.9.8.7:80/x", "http://[::1]/", "http://127.1/"}) {
    EXPECT_TRUE(is_loopback(url_of(here))) << here;
  }
  for (const char* elsewhere :
       {"http://127.evil.example", "http://127.0.0.1.evil.example", "http://localhost.example",
        "http://10.0.0.1", "http://[::2]", "http://128.0.0.1", "http://0.0.0.0"}) {
    EXPECT_FALSE(is_loopback(url_of(elsewhere))) << elsewhere;
  }
}

TEST(HttpUrl, AnotherSchemeHostOrPortIsAnotherOrigin) {
  const HttpUrl url = url_of("https://h/a");
  EXPECT_TRUE(same_origin(url, url_of("https://H:443/b?c")));
  EXPECT_FALSE(same_origin(url, url_of("http://h:443/a")));
  EXPECT_FALSE(same_origin(url, url_of("https://g/a")));
  EXPECT_FALSE(same_origin(url, url_of("https://h:444/a")));
}

TEST(HttpUrl, ALocationIsResolvedAgainstTheRequest) {
  const HttpUrl base = url_of("http://h:8080/x/y?z=1");
  const auto at = [&](std::string_view location) {
    const auto url = resolve(base, location);
    return url ? url->text : "refused";
  };
  EXPECT_EQ(at("/other"), "http://h:8080/other");
  EXPECT_EQ(at("other?b#part"), "http://h:8080/x/other?b");
  EXPECT_EQ(at("//g/q"), "http://g/q");
  EXPECT_EQ(at("https://g/q"), "https://g/q");
  EXPECT_EQ(at("ftp://g/q"), "refused");
  EXPECT_EQ(at("http://user@g/q"), "refused");
  EXPECT_EQ(at("http://g/\r\nX-Bad: 1"), "refused");
}

}  // namespace
}  // namespace papr
