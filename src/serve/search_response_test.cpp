// SPDX-License-Identifier: Apache-2.0
#include "search_response.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace papr::serve {
namespace {

using Json = nlohmann::ordered_json;

Answer one_hit() {
  Memory memory{.id = "mem-1",
                .content = "The key is under the flowerpot",
                .metadata_json = R"({"place":"garden","n":1.50})",
                .user_id = "ada",
                .namespace_id = "",
                .organization_id = "o"};
  memory.created_at += std::chrono::milliseconds(1'700'000'000'250);
  memory.updated_at += std::chrono::milliseconds(1'700'000'001'000);
  return {.hits = {{memory, 0.83}}};
}

TEST(SearchResponse, HasTheEnvelopeOfTheApi) {
  const auto response = search_response(one_hit(), "run-1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Json::parse(response.body), Json::parse(R"({
    "code": 200, "status": "success",
    "data": {
      "memories": [{
        "id": "mem-1", "content": "The key is under the flowerpot", "type": "text",
        "user_id": "ada", "metadata": {"place": "garden", "n": 1.5}, "similarity_score": 0.83,
        "createdAt": "2023-11-14T22:13:20.250Z", "updatedAt": "2023-11-14T22:13:21.000Z",
        "external_user_id": "ada", "namespace_id": null, "organization_id": "o", "acl": {}}],
      "nodes": []},
    "error": null, "details": null, "search_id": "run-1"})"));
}

TEST(SearchResponse, AMemoryOfNobodyHasNoUserId) {
  Answer answer = one_hit();
  answer.hits[0].memory.user_id.clear();
  const Json memory = Json::parse(search_response(answer, "x").body)["data"]["memories"][0];
  EXPECT_FALSE(memory.contains("user_id"));
  EXPECT_TRUE(memory["external_user_id"].is_null());
}

TEST(SearchResponse, NoHitsAreThe404OfTheApiWithItsEnvelope) {
  const auto response = search_response({}, "run-1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            R"({"code":404,"status":"error","data":null,"error":"No relevant items found",)"
            R"("details":null,"search_id":null})");
}

TEST(SearchResponse, SaysWhatDegradedTheAnswer) {
  Answer answer = one_hit();
  answer.degraded = true;
  answer.reason = "the model runs on the CPU";
  answer.actions = {"query cut to 8 tokens"};
  EXPECT_EQ(Json::parse(search_response(answer, "x").body)["details"],
            Json::parse(R"({"degraded": true, "reason": "the model runs on the CPU",
                            "actions": ["query cut to 8 tokens"]})"));
}

TEST(SearchResponse, BytesThatAreNotUtf8DoNotBreakTheJson) {
  EXPECT_TRUE(Json::accept(error_response(500, "caf\xe9").body));
}

TEST(SearchResponse, TheShapesOfErrorsAreThoseOfTheApi) {
  EXPECT_EQ(error_response(401, "Invalid authentication token").body,
            R"({"code":401,"status":"error","data":null,"error":"Invalid authentication token",)"
            R"("details":null,"search_id":null})");
  EXPECT_EQ(detail_response(404, "Not Found").body, R"({"detail":"Not Found"})");
}

}  // namespace
}  // namespace papr::serve
