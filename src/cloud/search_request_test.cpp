// SPDX-License-Identifier: Apache-2.0
#include "search_request.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "http_headers.h"

namespace papr {
namespace {

using Json = nlohmann::ordered_json;

// What the Papr Python SDK sent to a server that wrote it down.
Json recorded(const std::string& name) {
  std::ifstream file(std::string(PAPR_TEST_DATA_DIR) + "/papr/requests/" + name + ".json");
  EXPECT_TRUE(file) << name;
  return Json::parse(file);
}

CloudCredentials credentials() {
  return {.base_url = "https://papr.example", .api_key = "test-key"};
}

HttpRequest request_of(const CloudQuery& query, const CloudCredentials& as = credentials()) {
  auto request = search_request_of(as, query);
  EXPECT_TRUE(request) << request.error().message;
  return request.value_or(HttpRequest{});
}

Json body_of(const CloudQuery& query) { return Json::parse(request_of(query).body); }

TEST(SearchRequest, ASmallOneHasTheSdksBodyToTheByte) {
  const Json sdk = recorded("search_minimal");
  const HttpRequest request = request_of({.query = sdk["body"]["query"]});
  EXPECT_EQ(request.method, sdk["method"].get<std::string>());
  EXPECT_EQ(request.url, "https://papr.example/v1/memory/search?max_memories=10");
  EXPECT_EQ(request.body, sdk["body_raw_prefix"].get<std::string>());
}

TEST(SearchRequest, AllCredentialsGoUnderTheSdksHeaders) {
  CloudCredentials all = credentials();
  all.session_token = "test-session";
  all.bearer_token = "test-bearer";
  const HttpRequest request = request_of({.query = "x"}, all);
  const Json sdk = recorded("auth_all_three_headers")["headers"];
  for (const char* name :
       {"Accept", "Content-Type", "Authorization", "X-Session-Token", "X-API-Key"}) {
    const std::string* const value = find_header(request.headers, name);
    ASSERT_NE(value, nullptr) << name;
    EXPECT_EQ(*value, sdk[name].get<std::string>()) << name;
  }
  EXPECT_TRUE(find_header(request.headers, "User-Agent")->starts_with("papr-ondevice/"));
}

TEST(SearchRequest, CredentialsThatAreNotSetAreNotSent) {
  const HttpRequest request = request_of({.query = "x"});
  EXPECT_EQ(find_header(request.headers, "Authorization"), nullptr);
  EXPECT_EQ(find_header(request.headers, "X-Session-Token"), nullptr);
}

TEST(SearchRequest, ACustomHeaderStandsInPlaceOfOurs) {
  CloudCredentials custom = credentials();
  custom.custom_headers = {{"x-api-key", "other"}, {"X-More", "1"}};
  const HttpRequest request = request_of({.query = "x"}, custom);
  EXPECT_EQ(*find_header(request.headers, "X-API-Key"), "other");
  EXPECT_EQ(*find_header(request.headers, "X-More"), "1");
  EXPECT_EQ(std::ranges::count(request.headers, "test-key", [](auto& one) { return one.second; }),
            0);
}

TEST(SearchRequest, EveryFilterHasTheFormThatTheSdkSends) {
  const Json sdk = recorded("search_all_params")["body"];
  CloudQuery query{.query = sdk["query"],
                   .external_user_id = sdk["external_user_id"],
                   .namespace_id = sdk["namespace_id"],
                   .organization_id = sdk["organization_id"]};
  Json expected = Json::object();
  for (const auto& [key, value] : sdk["metadata"].items()) {
    const Json& text = value.is_array() ? value[0] : value;
    if (!text.is_string()) continue;  // scores and access lists are no K=V
    query.metadata[key] = text;
    expected[key] = value;
  }
  query.metadata["foo"] = sdk["metadata"]["customMetadata"]["foo"];
  expected["customMetadata"] = sdk["metadata"]["customMetadata"];
  ASSERT_GT(expected.size(), 30U);

  const Json body = body_of(query);
  EXPECT_EQ(nlohmann::json(body["metadata"]), nlohmann::json(expected));
  for (const char* key : {"query", "external_user_id", "namespace_id", "organization_id"}) {
    EXPECT_EQ(body[key], sdk[key]) << key;
  }
  EXPECT_EQ(body.size(), 5U);
}

TEST(SearchRequest, WhatIsLeftOutIsAbsent) {
  EXPECT_EQ(request_of({.query = "x"}).body, R"({"query":"x"})");
}

TEST(SearchRequest, AsksForNoFewerAndNoMoreThanTheApiGives) {
  const auto asked = [](std::size_t limit) {
    const std::string url = request_of({.query = "x", .limit = limit}).url;
    return url.substr(url.find('?'));
  };
  EXPECT_EQ(asked(0), "?max_memories=10");
  EXPECT_EQ(asked(10), "?max_memories=10");
  EXPECT_EQ(asked(11), "?max_memories=11");
  EXPECT_EQ(asked(50), "?max_memories=50");
  EXPECT_EQ(asked(51), "?max_memories=50");
}

TEST(SearchRequest, TextStaysUtf8AndIsNotEscaped) {
  EXPECT_EQ(request_of({.query = "Tee \xC3\xBC\x62\x65r \xF0\x9F\x8D\xB5 / \"\n"}).body,
            "{\"query\":\"Tee \xC3\xBC\x62\x65r \xF0\x9F\x8D\xB5 / \\\"\\n\"}");
}

TEST(SearchRequest, AKeyIsNotShownToTheNetworkWhoeverGaveTheAddress) {
  CloudCredentials open = credentials();
  open.base_url = "http://papr.example";
  EXPECT_EQ(search_request_of(open, {.query = "x"}).error().code, ErrorCode::kInvalidArgument);
}

TEST(SearchRequest, WhatTheApiCannotTakeIsRefusedHereAndNotQuoted) {
  const std::string bad = "secret \xFF";
  for (const CloudQuery& query : {CloudQuery{.query = " \n\t"}, CloudQuery{.query = bad},
                                  CloudQuery{.query = "x", .external_user_id = bad},
                                  CloudQuery{.query = "x", .namespace_id = bad},
                                  CloudQuery{.query = "x", .organization_id = bad},
                                  CloudQuery{.query = "x", .metadata = {{bad, "v"}}},
                                  CloudQuery{.query = "x", .metadata = {{"k", bad}}}}) {
    const auto request = search_request_of(credentials(), query);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(request.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace papr
