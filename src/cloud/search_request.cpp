// SPDX-License-Identifier: Apache-2.0
#include "search_request.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "../base/utf8.h"
#include "http_headers.h"
#include "http_url.h"

namespace papr {
namespace {

using Json = nlohmann::ordered_json;  // "query" first, as the SDK writes it

// What the API answers; 422 outside of it.
constexpr std::size_t kFewestMemories = 10;
constexpr std::size_t kMostMemories = 50;

// The keys of MemoryMetadata that hold one text, and those that hold a list of texts.
constexpr std::array<std::string_view, 21> kTextKeys = {"assistantMessage",
                                                        "category",
                                                        "consent",
                                                        "conversationId",
                                                        "createdAt",
                                                        "external_user_id",
                                                        "hierarchical_structures",
                                                        "location",
                                                        "namespace_id",
                                                        "organization_id",
                                                        "pageId",
                                                        "post",
                                                        "risk",
                                                        "role",
                                                        "sessionId",
                                                        "sourceType",
                                                        "sourceUrl",
                                                        "upload_id",
                                                        "user_id",
                                                        "userMessage",
                                                        "workspace_id"};
constexpr std::array<std::string_view, 18> kListKeys = {"emoji tags",
                                                        "emotion tags",
                                                        "external_user_read_access",
                                                        "external_user_write_access",
                                                        "namespace_read_access",
                                                        "namespace_write_access",
                                                        "organization_read_access",
                                                        "organization_write_access",
                                                        "relatedGoals",
                                                        "relatedSteps",
                                                        "relatedUseCases",
                                                        "role_read_access",
                                                        "role_write_access",
                                                        "topics",
                                                        "user_read_access",
                                                        "user_write_access",
                                                        "workspace_read_access",
                                                        "workspace_write_access"};

std::unexpected<Error> fail_query(std::string what, std::string remedy = {}) {
  return fail(ErrorCode::kInvalidArgument, std::move(what), std::move(remedy));
}

bool sendable(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

Json filter_of(const std::map<std::string, std::string>& metadata) {
  Json filter = Json::object();
  for (const auto& [key, value] : metadata) {
    if (std::ranges::find(kTextKeys, key) != kTextKeys.end()) {
      filter[key] = value;
    } else if (std::ranges::find(kListKeys, key) != kListKeys.end()) {
      filter[key] = Json::array({value});
    } else {
      filter["customMetadata"][key] = value;
    }
  }
  return filter;
}

HttpHeaders headers_of(const CloudCredentials& credentials) {
  HttpHeaders headers = {{"Accept", "application/json"},
                         // Exactly so: with a charset the API answers 415.
                         {"Content-Type", "application/json"},
                         {"User-Agent", PAPR_USER_AGENT}};
  if (!credentials.bearer_token.empty()) {
    headers.emplace_back("Authorization", "Bearer " + credentials.bearer_token);
  }
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Session-Token", credentials.session_token);
  }
  headers.emplace_back("X-API-Key", credentials.api_key);
  for (const auto& [name, value] : credentials.custom_headers) set_header(headers, name, value);
  return headers;
}

}  // namespace

Result<HttpRequest> search_request_of(const CloudCredentials& credentials,
                                      const CloudQuery& query) {
  if (query.query.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
    return fail_query("the query is blank", "ask in two or three sentences");
  }
  if (!sendable(query.query)) return fail_query("the query is not UTF-8");
  Json body = {{"query", query.query}};
  const std::pair<const char*, const std::optional<std::string>*> scopes[] = {
      {"external_user_id", &query.external_user_id},
      {"namespace_id", &query.namespace_id},
      {"organization_id", &query.organization_id}};
  for (const auto& [name, value] : scopes) {
    if (!value->has_value()) continue;
    if (!sendable(**value)) return fail_query(std::string(name) + " is not UTF-8");
    body[name] = **value;
  }
  for (const auto& [key, value] : query.metadata) {
    if (!sendable(key) || !sendable(value)) return fail_query("a metadata filter is not UTF-8");
  }
  if (!query.metadata.empty()) body["metadata"] = filter_of(query.metadata);

  const auto base = parse_base_url(credentials.base_url);
  if (!base) return while_doing("read the base URL", base.error());
  const std::size_t memories = std::clamp(query.limit, kFewestMemories, kMostMemories);
  return HttpRequest{
      .method = "POST",
      .url = join(*base, "v1/memory/search?max_memories=" + std::to_string(memories)),
      .headers = headers_of(credentials),
      .body = body.dump()};
}

std::vector<std::string> secrets_of(const CloudCredentials& credentials, const CloudQuery& query) {
  std::vector<std::string> secrets = {credentials.api_key, credentials.session_token,
                                      credentials.bearer_token, query.query};
  for (const auto& [name, value] : credentials.custom_headers) secrets.push_back(value);
  for (const auto& [key, value] : query.metadata) secrets.push_back(value);
  for (const auto* scope : {&query.external_user_id, &query.namespace_id, &query.organization_id}) {
    if (scope->has_value()) secrets.push_back(**scope);
  }
  std::erase(secrets, "");
  return secrets;
}

}  // namespace papr
