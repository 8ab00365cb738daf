// SPDX-License-Identifier: Apache-2.0
#include "search_response.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "../base/json_member.h"
#include "safe_words.h"
#include "status_error.h"

namespace papr {
namespace {

// Sorted keys: nlohmann's ordered objects look each key up by walking all, and four megabytes of
// keys would take minutes.
using Json = nlohmann::json;

constexpr int kDeepestLevel = 64;
constexpr int kNotFound = 404;
constexpr std::size_t kMostDetails = 3;

std::unexpected<Error> fail_answer(int status, const std::string& what) {
  return fail(ErrorCode::kCorrupt, fmt::format("answered {}: {}", status, what),
              "check that PAPR_BASE_URL is the address of a Papr API");
}

Result<Json> parse_json(std::string_view text) {
  bool too_deep = false;
  // nlohmann reads any depth, but writes by recursion.
  const auto in_depth = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kDeepestLevel;
    return !too_deep;
  };
  try {
    Json json = Json::parse(text, in_depth);
    if (too_deep) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("JSON nested deeper than {} levels", kDeepestLevel));
    }
    return json;
  } catch (const Json::parse_error& error) {
    return fail(ErrorCode::kCorrupt, fmt::format("not JSON at byte {}", error.byte));
  } catch (const Json::exception&) {  // a number beyond all doubles
    return fail(ErrorCode::kCorrupt, "not JSON that can be read");
  }
}

std::string text_of(const Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string metadata_of(const Json& value) {
  if (value.is_object()) return value.dump();
  if (value.is_null() || value == "") return "{}";
  if (value.is_string()) {
    const auto json = parse_json(value.get_ref<const std::string&>());
    if (json && json->is_object()) return json->dump();
  }
  return Json{{"metadata", value}}.dump();
}

CloudHit hit_of(const Json& memory) {
  CloudHit hit{.id = text_of(json_member(memory, "id")),
               .content = text_of(json_member(memory, "content")),
               .metadata_json = metadata_of(json_member(memory, "metadata")),
               .similarity = std::nullopt,
               .created_at = text_of(json_member(memory, "created_at"))};
  if (hit.created_at.empty()) hit.created_at = text_of(json_member(memory, "createdAt"));
  const Json& similarity = json_member(memory, "similarity_score");
  if (similarity.is_number() && std::isfinite(similarity.get<double>())) {
    hit.similarity = similarity.get<double>();
  }
  return hit;
}

// "query.max_memories: Input should be ..." of a 422. Its `input` is what we sent: never read.
std::string detail_of(const Json& item) {
  std::string place;
  for (const Json& step : json_member(item, "loc")) {
    place += (place.empty() ? "" : ".") + text_of(step);
  }
  const std::string words = text_of(json_member(item, "msg"));
  return place.empty() || words.empty() ? place + words : place + ": " + words;
}

// What the server says is wrong, in its own words; empty when it says nothing that we know.
std::string words_of(const Json& json) {
  const Json& detail = json_member(json, "detail");
  if (detail.is_array()) {
    std::string words;
    for (std::size_t i = 0; i < detail.size() && i < kMostDetails; ++i) {
      words += (words.empty() ? "" : "; ") + detail_of(detail[i]);
    }
    return words;
  }
  for (const char* key : {"error", "message", "detail"}) {
    const Json& words = json_member(json, key);
    if (words.is_string() && words != "") return words.get<std::string>();
  }
  return text_of(json_member(json_member(json, "error"), "message"));
}

bool is_error_envelope(const Json& json) {
  return json_member(json, "code").is_number_integer() && json_member(json, "status") == "error";
}

// The status that counts: an error envelope inside a success names its own.
int status_of(const HttpResponse& response, const Json& json) {
  if (response.status >= 300 || json_member(json, "status") != "error") return response.status;
  const Json& code = json_member(json, "code");
  const bool named = code.is_number_integer() && code >= 400 && code <= 599;
  return named ? code.get<int>() : 500;
}

Result<CloudAnswer> read_hits(const Json& json, int status, std::size_t limit) {
  if (!json.is_object()) {
    return fail_answer(status, fmt::format("JSON {}, not an object", json.type_name()));
  }
  if (!json.contains("data") && !json.contains("code")) {
    return fail_answer(status, "JSON without the keys of a search answer");
  }
  CloudAnswer answer{.hits = {}, .search_id = text_of(json_member(json, "search_id"))};
  const Json& data = json_member(json, "data");
  const Json& memories = json_member(data, "memories");
  if (!(data.is_null() || data.is_object()) || !(memories.is_null() || memories.is_array())) {
    return fail_answer(status, "JSON whose memories are not a list");
  }
  for (const Json& memory : memories) {
    if (answer.hits.size() == limit) break;
    if (!memory.is_object()) return fail_answer(status, "JSON with a memory that is no object");
    answer.hits.push_back(hit_of(memory));
  }
  return answer;
}

}  // namespace

Result<CloudAnswer> read_search_response(const HttpResponse& response, std::size_t limit,
                                         std::span<const std::string> secrets) {
  const auto json = parse_json(response.body);
  const Json nothing;
  const Json& body = json ? *json : nothing;
  const int status = status_of(response, body);
  if (status >= 200 && status < 300) {
    if (!json) return fail_answer(status, json.error().message);
    return read_hits(body, status, limit);
  }
  if (status == kNotFound && is_error_envelope(body) && body["code"] == kNotFound) {
    return CloudAnswer{.hits = {}, .search_id = text_of(json_member(body, "search_id"))};
  }
  return std::unexpected(status_error(status, safe_words(words_of(body), secrets)));
}

}  // namespace papr
