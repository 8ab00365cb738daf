// SPDX-License-Identifier: Apache-2.0
#include "search_request.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "search_response.h"

namespace papr::serve {
namespace {

using Json = nlohmann::json;
using Problems = std::vector<Problem>;
using Location = std::vector<std::string>;

constexpr int kDeepestLevel = 64;
constexpr std::size_t kMostMetadataKeys = 64;  // as the store's filter
constexpr std::size_t kDefaultMemories = 20;
constexpr int kFewest = 10;
constexpr int kMost = 50;

void refuse(Problems& problems, Location where, std::string type, std::string message) {
  problems.push_back({std::move(type), std::move(where), std::move(message), std::nullopt});
}

void refuse_unsupported(Problems& problems, Location where) {
  refuse(problems, std::move(where), "not_supported", "not supported by this server");
}

// max_memories and max_nodes.
std::optional<int> count_of(const std::string& name, const std::string& value, Problems& problems) {
  int number = 0;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, number);
  Problem problem{.type = {}, .location = {"query", name}, .message = {}, .input = value};
  if (read.ec == std::errc::invalid_argument || read.ptr != end) {
    problem.type = "int_parsing";
    problem.message = "Input should be a valid integer, unable to parse string as an integer";
  } else if (read.ec == std::errc() && number >= kFewest && number <= kMost) {
    return number;
  } else if (value.starts_with('-') || (read.ec == std::errc() && number < kFewest)) {
    problem.type = "greater_than_equal";
    problem.message = fmt::format("Input should be greater than or equal to {}", kFewest);
  } else {
    problem.type = "less_than_equal";
    problem.message = fmt::format("Input should be less than or equal to {}", kMost);
  }
  problems.push_back(std::move(problem));
  return std::nullopt;
}

void read_parameters(const Fields& parameters, SearchRequest& request, Problems& problems) {
  for (const auto& [name, value] : parameters) {
    if (parameters.count(name) > 1) {
      refuse(problems, {"query", name}, "given_twice", "given more than once");
    } else if (name == "max_memories") {
      const auto count = count_of(name, value, problems);
      if (count) request.options.limit = static_cast<std::size_t>(*count);
    } else if (name == "max_nodes") {
      // There are no nodes here, so any bound on them is kept.
      (void)count_of(name, value, problems);
    } else if (name != "response_format" || value != "json") {
      refuse_unsupported(problems, {"query", name});
    }
  }
}

std::optional<Json> object_of(std::string_view body, Problems& problems) {
  bool too_deep = false;
  // nlohmann reads any depth, but frees by recursion: a body of brackets would end us.
  const auto in_depth = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kDeepestLevel;
    return !too_deep;
  };
  auto json = Json::parse(body, in_depth, /*allow_exceptions=*/false);
  if (too_deep) {
    refuse(problems, {"body"}, "json_invalid",
           fmt::format("nested deeper than {} levels", kDeepestLevel));
  } else if (json.is_discarded()) {
    refuse(problems, {"body"}, "json_invalid", "JSON decode error");
  } else if (!json.is_object()) {
    refuse(problems, {"body"}, "model_attributes_type", "Input should be a valid object");
  } else {
    return json;
  }
  return std::nullopt;
}

void read_text(const std::string& key, const Json& value, std::optional<std::string>& text,
               Problems& problems) {
  if (!value.is_string()) {
    refuse(problems, {"body", key}, "string_type", "Input should be a valid string");
  } else if (value.get_ref<const std::string&>().empty()) {
    // An unset variable on the caller's side must not mean the memories of nobody.
    refuse(problems, {"body", key}, "string_too_short", "String should have at least 1 character");
  } else {
    text = value.get<std::string>();
  }
}

// Whether `value` can be compared with, and has been added; null asks for nothing.
bool add_filter(const std::string& key, const Json& value, MemoryFilter& filter) {
  if (value.is_string()) {
    filter.metadata[key] = value.get<std::string>();
  } else if (value.is_number() || value.is_boolean()) {
    filter.metadata[key] = value.dump();
  } else {
    return value.is_null();
  }
  return true;
}

// The API has names of its own, and customMetadata for all others; here one is like the other.
void read_metadata(const Json& metadata, MemoryFilter& filter, Problems& problems) {
  constexpr const char* kCustom = "customMetadata";
  if (!metadata.is_object()) {
    refuse(problems, {"body", "metadata"}, "model_attributes_type",
           "Input should be a valid object");
    return;
  }
  for (const auto& [key, value] : metadata.items()) {
    if (key == kCustom && value.is_object()) {
      for (const auto& [custom, wanted] : value.items()) {
        if (!add_filter(custom, wanted, filter)) {
          refuse_unsupported(problems, {"body", "metadata", kCustom, custom});
        }
      }
    } else if (!add_filter(key, value, filter)) {
      refuse_unsupported(problems, {"body", "metadata", key});
    }
  }
  if (filter.metadata.size() > kMostMetadataKeys) {
    refuse(problems, {"body", "metadata"}, "too_long",
           fmt::format("at most {} keys can be asked for", kMostMetadataKeys));
  }
}

void read_query(const Json& value, SearchRequest& request, Problems& problems) {
  if (value.is_string()) {
    request.query = value.get<std::string>();
  } else {
    refuse(problems, {"body", "query"}, "string_type", "Input should be a valid string");
  }
}

void read_flag(const std::string& key, const Json& value, Problems& problems) {
  if (!value.is_boolean()) {
    refuse(problems, {"body", key}, "bool_type", "Input should be a valid boolean");
  } else if (value.get<bool>()) {
    refuse_unsupported(problems, {"body", key});
  }
}

void read_body(const Json& body, SearchRequest& request, Problems& problems) {
  MemoryFilter& filter = request.options.filter;
  std::optional<std::string> external_user;
  if (!body.contains("query")) {
    refuse(problems, {"body", "query"}, "missing", "Field required");
  }
  for (const auto& [key, value] : body.items()) {
    if (key == "query") {
      read_query(value, request, problems);
    } else if (value.is_null()) {
      continue;
    } else if (key == "user_id") {
      read_text(key, value, filter.user_id, problems);
    } else if (key == "external_user_id") {
      read_text(key, value, external_user, problems);
    } else if (key == "namespace_id") {
      read_text(key, value, filter.namespace_id, problems);
    } else if (key == "organization_id") {
      read_text(key, value, filter.organization_id, problems);
    } else if (key == "metadata") {
      read_metadata(value, filter, problems);
    } else if (key == "enable_agentic_graph" || key == "rank_results") {
      read_flag(key, value, problems);
    } else {
      refuse_unsupported(problems, {"body", key});
    }
  }
  if (!filter.user_id) filter.user_id = std::move(external_user);
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

}  // namespace

std::expected<SearchRequest, HttpResponse> search_request_of(std::string_view body,
                                                             const Fields& parameters) {
  SearchRequest request{.query = {}, .options = {.limit = kDefaultMemories, .filter = {}}};
  Problems problems;
  read_parameters(parameters, request, problems);
  const auto json = object_of(body, problems);
  if (json) read_body(*json, request, problems);
  if (!problems.empty()) return std::unexpected(unprocessable_response(problems));
  if (blank(request.query)) return std::unexpected(error_response(400, "Invalid query"));
  return request;
}

}  // namespace papr::serve
