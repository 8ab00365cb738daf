// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace papr::serve {
namespace {

using Json = nlohmann::json;

const RequestHead kHead{
    .method = "POST",
    .path = std::string(kSearchPath),
    .headers = {{"host", "localhost"}, {"x-api-key", "t"}, {"origin", "http://evil.example"}},
    .parameters = {{"max_memories", "12"}}};

GateRules rules() { return {.token = "t", .host_names = {"localhost"}, .port = 1}; }

Service failing_with(Error error) {
  return {rules(),
          [error](std::string_view, const SearchOptions&) -> Result<Answer> {
            return std::unexpected(error);
          },
          "run"};
}

TEST(Service, HandsTheSearchOnAndNumbersTheAnswers) {
  std::string asked;
  Service service(
      rules(),
      [&asked](std::string_view query, const SearchOptions& options) -> Result<Answer> {
        asked = std::string(query) + " " + std::to_string(options.limit) + " " +
                options.filter.user_id.value_or("-");
        return Answer{.hits = {{{.id = "1", .content = "tea"}, 0.5}}};
      },
      "run");
  const auto first = service.answer_search(kHead, R"({"query":"tea","user_id":"ada"})");
  const auto second = service.answer_search(kHead, R"({"query":"tea","user_id":"ada"})");
  EXPECT_EQ(asked, "tea 12 ada");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(Json::parse(first.body)["search_id"], "run-1");
  EXPECT_EQ(Json::parse(second.body)["search_id"], "run-2");
}

TEST(Service, AStrangerIsToldNothingElse) {
  const Service service(rules(), {}, "run");
  RequestHead head = kHead;
  EXPECT_EQ(service.answer_head(head)->status, 403);
  head.headers.erase("origin");
  head.headers.erase("x-api-key");
  head.path = "/nowhere";
  EXPECT_EQ(service.answer_head(head)->status, 401);
}

TEST(Service, ASearchThatFailsIsA500WithTheReasonAndWithoutTheQuery) {
  auto service = failing_with({ErrorCode::kUnavailable, "search: run model: no memory", ""});
  const auto response = service.answer_search(kHead, R"({"query":"secret"})");
  EXPECT_EQ(response.status, 500);
  const Json body = Json::parse(response.body);
  EXPECT_EQ(body["error"], "Memory search failed: search: run model: no memory");
  EXPECT_EQ(body["code"], 500);
  EXPECT_FALSE(response.body.contains("secret"));
}

TEST(Service, ASearchThatTakesTooLongIsA504InTheEnvelope) {
  std::optional<std::chrono::milliseconds> limit;
  Service service(
      rules(),
      [&limit](std::string_view, const SearchOptions& options) -> Result<Answer> {
        limit = options.deadline;
        return fail(ErrorCode::kTimeout, "search: the model has not answered");
      },
      "run", std::chrono::milliseconds(700));
  const auto response = service.answer_search(kHead, R"({"query":"q"})");
  EXPECT_EQ(limit, std::chrono::milliseconds(700));
  EXPECT_EQ(response.status, 504);
  const Json body = Json::parse(response.body);
  EXPECT_EQ(body["code"], 504);
  EXPECT_EQ(body["status"], "error");
  EXPECT_EQ(body["error"], "Memory search took too long: search: the model has not answered");
}

TEST(Service, AQueryThatTheClientRefusesIsA400) {
  auto service = failing_with({ErrorCode::kInvalidArgument, "search: the query is blank", ""});
  EXPECT_EQ(service.answer_search(kHead, R"({"query":"q"})").status, 400);
}

TEST(Service, ABadRequestIsNotSearchedFor) {
  Service service(
      rules(),
      [](std::string_view, const SearchOptions&) -> Result<Answer> {
        ADD_FAILURE() << "searched";
        return Answer{};
      },
      "run");
  EXPECT_EQ(service.answer_search(kHead, R"({"query":" "})").status, 400);
  EXPECT_EQ(service.answer_search(kHead, R"({"query":"q","search_acl":{}})").status, 422);
}

}  // namespace
}  // namespace papr::serve
