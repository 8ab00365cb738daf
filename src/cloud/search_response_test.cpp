// SPDX-License-Identifier: Apache-2.0
#include "search_response.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace papr {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> kSecrets = {"sk-secret-key", "where is the silver teapot"};

HttpResponse recorded(const std::string& name) {
  std::ifstream file(std::string(PAPR_TEST_DATA_DIR) + "/papr/responses/" + name + ".json");
  EXPECT_TRUE(file) << name;
  const Json json = Json::parse(file);
  return {.status = json["status"], .headers = {}, .body = json["body"].dump()};
}

Result<CloudAnswer> read(int status, std::string body, std::size_t limit = 10) {
  return read_search_response({.status = status, .headers = {}, .body = std::move(body)}, limit,
                              kSecrets);
}

CloudHit hit_of(const std::string& memory) {
  const auto answer = read(200, R"({"code":200,"data":{"memories":[)" + memory + "]}}");
  EXPECT_TRUE(answer) << answer.error().message;
  if (!answer || answer->hits.size() != 1) return {};
  return answer->hits[0];
}

Error error_of(int status, const std::string& body) {
  const auto answer = read(status, body);
  EXPECT_FALSE(answer) << status << ' ' << body.substr(0, 100);
  return answer ? Error{} : answer.error();
}

TEST(SearchResponse, AFullOneGivesItsHitsInOrder) {
  const auto answer = read_search_response(recorded("search_200_full"), 10, kSecrets);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->hits.size(), 2U);
  EXPECT_EQ(answer->hits[0].id, "mem-0001");
  EXPECT_EQ(answer->hits[0].content, "Nora closed the site survey for the north bridge");
  EXPECT_EQ(answer->hits[0].metadata_json, "{}");
  EXPECT_EQ(answer->hits[0].similarity, 0.83);
  EXPECT_EQ(answer->hits[0].created_at, "2024-01-15T10:30:00Z");
  EXPECT_EQ(answer->hits[1].id, "mem-0002");
  EXPECT_FALSE(answer->search_id.empty());
}

TEST(SearchResponse, GivesAtMostWhatWasAskedFor) {
  const auto answer = read_search_response(recorded("search_200_full"), 1, kSecrets);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->hits.size(), 1U);
}

TEST(SearchResponse, NoHitsComeInThreeForms) {
  for (const char* name : {"search_200_empty", "search_404_no_results", "get_404"}) {
    const auto answer = read_search_response(recorded(name), 10, kSecrets);
    ASSERT_TRUE(answer) << name << answer.error().message;
    EXPECT_TRUE(answer->hits.empty());
  }
  EXPECT_TRUE(read(200, R"({"code":200,"data":null})"));
  EXPECT_TRUE(read(200, R"({"data":{"memories":null}})"));
  EXPECT_TRUE(read(200, R"({"code":404,"status":"error","data":null,"error":"none"})"));
}

TEST(SearchResponse, ANotFoundWithoutTheEnvelopeIsAWrongAddress) {
  for (const char* body : {R"({"detail":"Not Found"})", "", "<html>404</html>", "[]",
                           R"({"code":404})", R"({"status":404,"error":"Not Found","path":"/"})",
                           R"({"code":500,"status":"error","error":"x"})"}) {
    const Error error = error_of(404, body);
    EXPECT_EQ(error.code, ErrorCode::kNotFound) << body;
    EXPECT_NE(error.remedy.find("PAPR_BASE_URL"), std::string::npos);
  }
}

TEST(SearchResponse, WhatIsLeftOutIsEmptyAndWhatIsUnknownPassedOver) {
  const CloudHit hit = hit_of(R"({"new key":{"a":[1]}})");
  EXPECT_EQ(hit.id + hit.content + hit.created_at, "");
  EXPECT_EQ(hit.metadata_json, "{}");
  EXPECT_EQ(hit.similarity, std::nullopt);
  EXPECT_EQ(hit_of(R"({"id":null,"content":null,"similarity_score":null})").id, "");
}

TEST(SearchResponse, BothSpellingsOfTheDateAreRead) {
  EXPECT_EQ(hit_of(R"({"created_at":"a"})").created_at, "a");
  EXPECT_EQ(hit_of(R"({"createdAt":"b"})").created_at, "b");
  EXPECT_EQ(hit_of(R"({"created_at":null,"createdAt":"c"})").created_at, "c");
}

TEST(SearchResponse, MetadataIsAnObjectWhateverFormItCameIn) {
  const auto metadata = [](const std::string& json) {
    return hit_of(R"({"metadata":)" + json + "}").metadata_json;
  };
  EXPECT_EQ(metadata(R"({"b":1,"a":{"c":null}})"), R"({"a":{"c":null},"b":1})");
  EXPECT_EQ(metadata(R"("{\"a\": 1}")"), R"({"a":1})");
  EXPECT_EQ(metadata(R"("plain")"), R"({"metadata":"plain"})");
  EXPECT_EQ(metadata(R"("")"), "{}");
  EXPECT_EQ(metadata("null"), "{}");
  EXPECT_EQ(metadata("[1]"), R"({"metadata":[1]})");
  EXPECT_EQ(metadata('"' + std::string(1000, '[') + '"'),
            R"({"metadata":")" + std::string(1000, '[') + "\"}");
}

TEST(SearchResponse, TextThatIsNoTextIsGivenAsItsJson) {
  EXPECT_EQ(hit_of(R"({"id":7})").id, "7");
  EXPECT_EQ(hit_of(R"({"content":{"a":1}})").content, R"({"a":1})");
  EXPECT_EQ(hit_of(R"({"similarity_score":"0.9"})").similarity, std::nullopt);
}

TEST(SearchResponse, AnAnswerOfAnotherShapeIsCorrupt) {
  for (const char* body : {"",
                           "x",
                           "null",
                           "[]",
                           "7",
                           "\"code\"",
                           "{}",
                           R"({"status":"ok"})",
                           R"({"data":[]})",
                           R"({"data":7})",
                           R"({"data":{"memories":{}}})",
                           R"({"data":{"memories":"x"}})",
                           R"({"data":{"memories":[7]}})",
                           R"({"data":{"memories":[null]}})",
                           R"({"data":{"memories":[)",
                           R"({"data":null} x)",
                           "{\"data\":\"\xFF\"}",
                           R"({"data":"\ud800"})",
                           R"({"data":{"memories":[{"similarity_score":1e999}]}})",
                           R"({"data":NaN})",
                           "\x1F\x8B"}) {
    const Error error = error_of(200, body);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << body;
    EXPECT_TRUE(error.message.starts_with("answered 200: ")) << error.message;
  }
  EXPECT_EQ(error_of(204, "").code, ErrorCode::kCorrupt);
}

TEST(SearchResponse, AnyDepthOfNestingIsReadWithoutHarm) {
  for (const char* piece : {"[", R"({"a":)"}) {
    std::string deep = R"({"data":)";
    while (deep.size() < 10'000'000) deep += piece;
    EXPECT_EQ(error_of(200, deep).code, ErrorCode::kCorrupt);
  }
  std::string closed = R"({"data":null,"more":)" + std::string(100'000, '[');
  closed += std::string(100'000, ']') + "}";
  const Error error = error_of(200, closed);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_NE(error.message.find("64 levels"), std::string::npos) << error.message;
}

TEST(SearchResponse, ManyKeysTakeNoTimeThatMatters) {
  std::string body = R"({"data":null)";
  for (int i = 0; body.size() < 4'000'000; ++i) body += ",\"k" + std::to_string(i) + "\":0";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(read(200, body + "}"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(SearchResponse, EveryStatusHasItsCodeAndIsNamed) {
  const std::pair<int, ErrorCode> codes[] = {
      {100, ErrorCode::kCorrupt},     {301, ErrorCode::kNotFound},
      {307, ErrorCode::kNotFound},    {400, ErrorCode::kUnsupported},
      {401, ErrorCode::kDenied},      {402, ErrorCode::kDenied},
      {403, ErrorCode::kDenied},      {405, ErrorCode::kNotFound},
      {407, ErrorCode::kDenied},      {408, ErrorCode::kUnavailable},
      {409, ErrorCode::kUnavailable}, {410, ErrorCode::kNotFound},
      {413, ErrorCode::kUnsupported}, {415, ErrorCode::kUnsupported},
      {418, ErrorCode::kUnsupported}, {422, ErrorCode::kUnsupported},
      {429, ErrorCode::kUnavailable}, {500, ErrorCode::kUnavailable},
      {503, ErrorCode::kUnavailable}, {599, ErrorCode::kUnavailable}};
  for (const auto& [status, code] : codes) {
    const Error error = error_of(status, "<html>secret</html>");
    EXPECT_EQ(error.code, code) << status;
    EXPECT_EQ(error.message, "answered " + std::to_string(status));
  }
}

TEST(SearchResponse, RecordedErrorsAreToldInTheServersWords) {
  const auto message = [](const char* name) {
    const auto answer = read_search_response(recorded(name), 10, kSecrets);
    return answer ? "hits" : answer.error().message;
  };
  EXPECT_EQ(message("search_400_blank_query"), "answered 400: Invalid query");
  EXPECT_EQ(message("search_401"), "answered 401: Invalid authentication token");
  EXPECT_EQ(message("search_500"), "answered 500: Memory search failed: timeout");
  EXPECT_EQ(message("search_422_max_memories_5"),
            "answered 422: query.max_memories: Input should be greater than or equal to 10");
}

TEST(SearchResponse, AnErrorEnvelopeInsideASuccessCountsAsItsCode) {
  const auto code = [](const std::string& number) {
    return error_of(200, R"({"code":)" + number + R"(,"status":"error","error":"Oh"})");
  };
  EXPECT_EQ(code("500").code, ErrorCode::kUnavailable);
  EXPECT_EQ(code("500").message, "answered 500: Oh");
  EXPECT_EQ(code("401").code, ErrorCode::kDenied);
  EXPECT_EQ(code("200").code, ErrorCode::kUnavailable);
  EXPECT_EQ(code("\"500\"").code, ErrorCode::kUnavailable);
  EXPECT_EQ(code("99999999999999999999").code, ErrorCode::kUnavailable);
}

TEST(SearchResponse, AServerThatRepeatsKeyOrQueryIsNotRepeated) {
  for (const char* body :
       {R"({"error":"bad key sk-secret-key for: Where is the SILVER\nteapot"})",
        R"({"message":"sk-secret-key"})", R"({"detail":"where is the silver tea"})",
        R"({"error":{"message":"sk-secret-key"}})",
        R"({"detail":[{"loc":["body","sk-secret-key"],"msg":"is the silver teapot no",
            "input":"where is the silver teapot"}]})",
        R"({"detail":[{"input":"sk-secret-key"}]})"}) {
    for (int status : {400, 401, 404, 422, 500}) {
      const std::string message = error_of(status, body).message;
      EXPECT_EQ(message.find("secret-key"), std::string::npos) << message;
      EXPECT_EQ(message.find("silver"), std::string::npos) << message;
      EXPECT_EQ(message.find("SILVER"), std::string::npos) << message;
    }
  }
}

TEST(SearchResponse, LongWordsOfAServerAreCut) {
  const std::string words(100'000, 'x');
  EXPECT_LT(error_of(500, R"({"error":")" + words + "\"}").message.size(), 300U);
  EXPECT_EQ(error_of(500, R"({"error":"a\u0000\u001b[2J\r\nb"})").message, "answered 500: a [2J b");
}

}  // namespace
}  // namespace papr
