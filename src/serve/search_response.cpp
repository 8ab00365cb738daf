// SPDX-License-Identifier: Apache-2.0
#include "search_response.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "../base/utc_text.h"

namespace papr::serve {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json null_when_empty(const std::string& text) { return text.empty() ? Json() : Json(text); }

// The store knows one owner, which a search may name as either user.
Json json_of(const Hit& hit) {
  const Memory& memory = hit.memory;
  Json json{{"id", memory.id}, {"content", memory.content}, {"type", "text"}};
  if (!memory.user_id.empty()) json["user_id"] = memory.user_id;
  json["metadata"] = Json::parse(memory.metadata_json, nullptr, /*allow_exceptions=*/false);
  json["similarity_score"] = hit.score;
  json["createdAt"] = utc_text(memory.created_at);
  json["updatedAt"] = utc_text(memory.updated_at);
  json["external_user_id"] = null_when_empty(memory.user_id);
  json["namespace_id"] = null_when_empty(memory.namespace_id);
  json["organization_id"] = null_when_empty(memory.organization_id);
  json["acl"] = Json::object();
  return json;
}

Json details_of(const Answer& answer) {
  if (!answer.degraded && answer.actions.empty()) return Json();
  return {{"degraded", answer.degraded},
          {"reason", null_when_empty(answer.reason)},
          {"actions", answer.actions}};
}

HttpResponse envelope(int status, Json data, Json error, Json details, Json search_id) {
  const Json json{{"code", status},
                  {"status", status < 400 ? "success" : "error"},
                  {"data", std::move(data)},
                  {"error", std::move(error)},
                  {"details", std::move(details)},
                  {"search_id", std::move(search_id)}};
  return {.status = status, .body = text_of(json), .headers = {}};
}

}  // namespace

HttpResponse search_response(const Answer& answer, std::string_view search_id) {
  if (answer.hits.empty()) {
    return envelope(404, Json(), "No relevant items found", details_of(answer), Json());
  }
  Json memories = Json::array();
  for (const Hit& hit : answer.hits) memories.push_back(json_of(hit));
  return envelope(200, {{"memories", std::move(memories)}, {"nodes", Json::array()}}, Json(),
                  details_of(answer), search_id);
}

HttpResponse error_response(int status, std::string_view error) {
  return envelope(status, Json(), error, Json(), Json());
}

HttpResponse unprocessable_response(std::span<const Problem> problems) {
  constexpr std::size_t kMost = 20;
  Json detail = Json::array();
  for (const Problem& problem : problems.first(std::min(problems.size(), kMost))) {
    Json entry{{"type", problem.type}, {"loc", problem.location}, {"msg", problem.message}};
    if (problem.input) entry["input"] = *problem.input;
    detail.push_back(std::move(entry));
  }
  return {.status = 422, .body = text_of({{"detail", std::move(detail)}}), .headers = {}};
}

HttpResponse detail_response(int status, std::string_view detail) {
  return {.status = status, .body = text_of({{"detail", detail}}), .headers = {}};
}

}  // namespace papr::serve
