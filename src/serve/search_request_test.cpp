// SPDX-License-Identifier: Apache-2.0
#include "search_request.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace papr::serve {
namespace {

using Json = nlohmann::json;

// "query.max_memories greater_than_equal" for each entry of a 422; "400" and the like otherwise.
std::string refusal_of(const std::string& body, const Fields& parameters = {}) {
  const auto request = search_request_of(body, parameters);
  if (request) return "accepted";
  if (request.error().status != 422) return std::to_string(request.error().status);
  std::string text;
  const Json body_of_refusal = Json::parse(request.error().body);
  for (const Json& entry : body_of_refusal.at("detail")) {
    if (!text.empty()) text += ", ";
    for (const Json& part : entry.at("loc")) text += part.get<std::string>() + ".";
    text.back() = ' ';
    text += entry.at("type").get<std::string>();
    EXPECT_NE(entry.at("msg"), "");
  }
  return text;
}

TEST(SearchRequest, AQueryAloneGetsTheDefaultsOfTheApi) {
  const auto request = search_request_of(R"({"query":"find my goals"})", {});
  ASSERT_TRUE(request) << request.error().body;
  EXPECT_EQ(request->query, "find my goals");
  EXPECT_EQ(request->options.limit, 20u);
  EXPECT_TRUE(request->options.filter.empty());
}

TEST(SearchRequest, EveryFilterArrivesInTheOptions) {
  const auto request = search_request_of(
      R"({"query":"q","external_user_id":"ada","namespace_id":"n","organization_id":"o",
          "metadata":{"place":"garden","year":2026,"share":-0.5,"done":true,"none":null}})",
      {{"max_memories", "50"}, {"max_nodes", "10"}, {"response_format", "json"}});
  ASSERT_TRUE(request) << request.error().body;
  EXPECT_EQ(request->options.limit, 50u);
  EXPECT_EQ(request->options.filter.user_id, "ada");
  EXPECT_EQ(request->options.filter.namespace_id, "n");
  EXPECT_EQ(request->options.filter.organization_id, "o");
  const std::map<std::string, std::string> metadata{
      {"place", "garden"}, {"year", "2026"}, {"share", "-0.5"}, {"done", "true"}};
  EXPECT_EQ(request->options.filter.metadata, metadata);
}

TEST(SearchRequest, UserIdWinsOverExternalUserId) {
  const auto request =
      search_request_of(R"({"query":"q","external_user_id":"ada","user_id":"bob"})", {});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->options.filter.user_id, "bob");
}

TEST(SearchRequest, NullAndFalseAskForNothing) {
  EXPECT_EQ(refusal_of(R"({"query":"q","user_id":null,"metadata":null,"search_acl":null,
                           "enable_agentic_graph":false,"rank_results":false})"),
            "accepted");
}

TEST(SearchRequest, ABlankQueryIsA400) {
  for (const char* query : {"", " ", "\\t\\n"}) {
    EXPECT_EQ(refusal_of(R"({"query":")" + std::string(query) + "\"}"), "400");
  }
}

TEST(SearchRequest, CountsOutOfBoundsAreRefusedAsTheApiDoes) {
  const std::string body = R"({"query":"q"})";
  const std::map<std::string, std::string> expected{
      {"9", "greater_than_equal"}, {"-1", "greater_than_equal"},
      {"51", "less_than_equal"},   {"99999999999999999999", "less_than_equal"},
      {"ten", "int_parsing"},      {"10.5", "int_parsing"},
      {"", "int_parsing"},         {" 10", "int_parsing"},
      {"+10", "int_parsing"},      {"-99999999999999999999", "greater_than_equal"}};
  for (const std::string name : {"max_memories", "max_nodes"}) {
    for (const auto& [value, type] : expected) {
      EXPECT_EQ(refusal_of(body, {{name, value}}), "query." + name + " " + type) << value;
    }
  }
  const auto refused = search_request_of(body, {{"max_memories", "5"}});
  EXPECT_EQ(Json::parse(refused.error().body)["detail"][0]["input"], "5");
}

TEST(SearchRequest, WrongTypesAreRefusedByName) {
  EXPECT_EQ(refusal_of("{}"), "body.query missing");
  EXPECT_EQ(refusal_of(R"({"query":null})"), "body.query string_type");
  EXPECT_EQ(refusal_of(R"({"query":["q"]})"), "body.query string_type");
  EXPECT_EQ(refusal_of(R"({"query":"q","user_id":7})"), "body.user_id string_type");
  EXPECT_EQ(refusal_of(R"({"query":"q","user_id":""})"), "body.user_id string_too_short");
  EXPECT_EQ(refusal_of(R"({"query":"q","user_id":"a","external_user_id":7})"),
            "body.external_user_id string_type");
  EXPECT_EQ(refusal_of(R"({"query":"q","metadata":[]})"), "body.metadata model_attributes_type");
  EXPECT_EQ(refusal_of(R"({"query":"q","rank_results":1})"), "body.rank_results bool_type");
}

TEST(SearchRequest, WhatIsNotSupportedIsRefusedAndNeverIgnored) {
  for (const std::string key : {"search_acl", "omo_filter", "schema_id", "search_override",
                                "holographic_config", "reranking_config", "of_a_later_version"}) {
    for (const char* value : {"{}", "[]", "\"x\"", "0", "false", "true"}) {
      EXPECT_EQ(refusal_of(R"({"query":"q",")" + key + "\":" + value + "}"),
                "body." + key + " not_supported");
    }
  }
  EXPECT_EQ(refusal_of(R"({"query":"q","enable_agentic_graph":true})"),
            "body.enable_agentic_graph not_supported");
  EXPECT_EQ(refusal_of(R"({"query":"q","metadata":{"topics":["a"],"customMetadata":{"x":[1]}}})"),
            "body.metadata.customMetadata.x not_supported, body.metadata.topics not_supported");
  EXPECT_EQ(refusal_of(R"({"query":"q"})", {{"response_format", "toon"}}),
            "query.response_format not_supported");
  EXPECT_EQ(refusal_of(R"({"query":"q"})", {{"of_a_later_version", "1"}}),
            "query.of_a_later_version not_supported");
}

TEST(SearchRequest, AParameterGivenTwiceIsRefused) {
  EXPECT_EQ(refusal_of(R"({"query":"q"})", {{"max_memories", "10"}, {"max_memories", "20"}}),
            "query.max_memories given_twice, query.max_memories given_twice");
}

TEST(SearchRequest, MoreMetadataThanTheStoreCanFilterByIsRefused) {
  Json body{{"query", "q"}};
  for (int i = 0; i < 65; ++i) body["metadata"]["key" + std::to_string(i)] = i;
  EXPECT_EQ(refusal_of(body.dump()), "body.metadata too_long");
}

TEST(SearchRequest, WhatIsNoJsonObjectIsRefused) {
  const std::string deep = R"({"query":)" + std::string(100'000, '[');
  for (const std::string body : {"", "{", "{\"query\":\"\xff\"}", R"({"query":"\ud800"})",
                                 R"({"query":"q","metadata":{"n":1e999}})", deep.c_str()}) {
    EXPECT_EQ(refusal_of(body), "body json_invalid") << body.substr(0, 40);
  }
  for (const char* body : {"[]", "null", "\"q\"", "7"}) {
    EXPECT_EQ(refusal_of(body), "body model_attributes_type") << body;
  }
}

TEST(SearchRequest, ARefusalDoesNotRepeatTheBody) {
  const auto refused = search_request_of(R"({"query":["secret"],"user_id":["secret"]})", {});
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().body.contains("secret"));
}

TEST(SearchRequest, OfManyProblemsTwentyAreNamed) {
  Json body{{"query", "q"}};
  for (int i = 0; i < 1000; ++i) body["unknown" + std::to_string(i)] = i;
  const auto refused = search_request_of(body.dump(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(Json::parse(refused.error().body)["detail"].size(), 20u);
}

}  // namespace
}  // namespace papr::serve
