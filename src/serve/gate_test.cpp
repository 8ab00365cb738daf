// SPDX-License-Identifier: Apache-2.0
#include "gate.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace papr::serve {
namespace {

const std::string kToken(64, 'a');

const GateRules kRules{.token = kToken,
                       .host_names = {"127.0.0.1", "localhost", "[::1]"},
                       .any_address = false,
                       .port = 8377,
                       .longest_body_bytes = 1000};

RequestHead good_search() {
  return {.method = "POST",
          .path = std::string(kSearchPath),
          .headers = {{"host", "127.0.0.1:8377"},
                      {"x-api-key", kToken},
                      {"content-type", "application/json"},
                      {"content-length", "15"}},
          .parameters = {}};
}

RequestHead with(RequestHead head, const std::string& name, const std::string& value) {
  head.headers.erase(name);
  head.headers.emplace(name, value);
  return head;
}

RequestHead without(RequestHead head, const std::string& name) {
  head.headers.erase(name);
  return head;
}

RequestHead twice(RequestHead head, const std::string& name) {
  head.headers.emplace(name, head.headers.find(name)->second);
  return head;
}

int stranger_status(const RequestHead& head, const GateRules& rules = kRules) {
  const auto refused = refuse_stranger(head, rules);
  return refused ? refused->status : 0;
}

int status_of(const RequestHead& head) {
  const auto answer = answer_without_body(head, kRules);
  return answer ? answer->status : 0;
}

TEST(Gate, LetsAGoodSearchThrough) {
  EXPECT_EQ(stranger_status(good_search()), 0);
  EXPECT_EQ(status_of(good_search()), 0);
}

TEST(Gate, TheTokenMayComeAsKeyOrAsBearer) {
  const auto bare = without(good_search(), "x-api-key");
  EXPECT_EQ(stranger_status(with(bare, "authorization", "Bearer " + kToken)), 0);
  EXPECT_EQ(stranger_status(bare), 401);
  EXPECT_EQ(stranger_status(with(bare, "authorization", kToken)), 401);
  EXPECT_EQ(stranger_status(with(bare, "authorization", "Basic " + kToken)), 401);
}

TEST(Gate, AWrongTokenIsA401) {
  for (const std::string& token :
       {std::string(), kToken.substr(1), kToken + "a", std::string(64, 'b'), kToken + kToken}) {
    EXPECT_EQ(stranger_status(with(good_search(), "x-api-key", token)), 401) << token;
  }
  EXPECT_EQ(stranger_status(twice(good_search(), "x-api-key")), 401);
}

TEST(Gate, TextsAreEqualOnlyWhenAllOfThemIs) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  for (const auto& [one, other] : {std::pair{"abc", "abd"},
                                   {"abc", "ab"},
                                   {"ab", "abc"},
                                   {"abc", ""},
                                   {"", "abc"},
                                   {"abab", "ab"}}) {
    EXPECT_FALSE(equal_in_constant_time(one, other)) << one << " " << other;
  }
}

TEST(Gate, OnlyTheServersOwnNamesAreGoodHosts) {
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8377", "localhost", "LocalHost:8377", "[::1]", "[::1]:8377"}) {
    EXPECT_EQ(stranger_status(with(good_search(), "host", host)), 0) << host;
  }
  for (const char* host :
       {"", "evil.example", "127.0.0.1:80", "127.0.0.1:", "127.0.0.1.evil.example",
        "localhost.evil.example", "evil.example:8377", "[::1", "[::1]x", "::1", "192.168.1.5"}) {
    EXPECT_EQ(stranger_status(with(good_search(), "host", host)), 403) << host;
  }
  EXPECT_EQ(stranger_status(without(good_search(), "host")), 403);
  EXPECT_EQ(stranger_status(twice(good_search(), "host")), 403);
}

TEST(Gate, ListeningOnAllAddressesAnyOfThemIsAGoodHostAndNoName) {
  GateRules rules = kRules;
  rules.any_address = true;
  EXPECT_EQ(stranger_status(with(good_search(), "host", "192.168.1.5:8377"), rules), 0);
  EXPECT_EQ(stranger_status(with(good_search(), "host", "[fe80::1]"), rules), 0);
  EXPECT_EQ(stranger_status(with(good_search(), "host", "evil.example:8377"), rules), 403);
  EXPECT_EQ(stranger_status(with(good_search(), "host", "1.2.3.4.evil.example"), rules), 403);
}

TEST(Gate, PagesOfAnotherOriginMayNotAskEvenWithTheToken) {
  EXPECT_EQ(stranger_status(with(good_search(), "origin", "http://127.0.0.1:8377")), 0);
  for (const char* origin :
       {"null", "", "https://127.0.0.1:8377", "http://127.0.0.1", "http://evil.example"}) {
    EXPECT_EQ(stranger_status(with(good_search(), "origin", origin)), 403) << origin;
  }
}

TEST(Gate, OtherPathsAndMethodsAreToldApart) {
  RequestHead head = good_search();
  head.path = "/v1/memory";
  EXPECT_EQ(status_of(head), 404);
  EXPECT_EQ(answer_without_body(head, kRules)->body, R"({"detail":"Not Found"})");
  head = good_search();
  head.method = "GET";
  EXPECT_EQ(status_of(head), 405);
  EXPECT_EQ(answer_without_body(head, kRules)->headers.find("Allow")->second, "POST");
  head.path = "/";
  EXPECT_EQ(status_of(head), 200);
  EXPECT_TRUE(answer_without_body(head, kRules)->body.starts_with(R"({"name":"papr serve")"));
  head.method = "DELETE";
  EXPECT_EQ(status_of(head), 405);
}

TEST(Gate, ABodyThatCannotBeTakenIsRefusedUnread) {
  const auto search = good_search();
  EXPECT_EQ(status_of(with(search, "content-length", "1000")), 0);
  EXPECT_EQ(status_of(with(search, "content-length", "1001")), 413);
  EXPECT_EQ(status_of(with(search, "content-length", "99999999999999999999")), 413);
  for (const char* length : {"", "-1", "+1", "1 ", "0x10", "ten"}) {
    EXPECT_EQ(status_of(with(search, "content-length", length)), 400) << length;
  }
  EXPECT_EQ(status_of(twice(search, "content-length")), 400);
  EXPECT_EQ(status_of(without(search, "content-length")), 411);
  EXPECT_EQ(status_of(with(search, "transfer-encoding", "chunked")), 411);
}

TEST(Gate, OnlyPlainJsonIsTaken) {
  const auto search = good_search();
  for (const char* type : {"", "text/plain", "application/json; charset=utf-8", "Application/JSON",
                           "multipart/form-data; boundary=x"}) {
    EXPECT_EQ(status_of(with(search, "content-type", type)), 415) << type;
  }
  EXPECT_EQ(status_of(without(search, "content-type")), 415);
  EXPECT_EQ(status_of(with(search, "content-encoding", "gzip")), 415);
}

}  // namespace
}  // namespace papr::serve
