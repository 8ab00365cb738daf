// SPDX-License-Identifier: Apache-2.0
#include "validate.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "../base/utf8.h"

namespace papr {
namespace {

// SQLite gives up at 2,000 levels and would then fail every filtered search.
constexpr int kDeepestMetadata = 64;

bool is_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

std::unexpected<Error> not_utf8(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, what + " is not UTF-8", "convert it to UTF-8");
}

bool is_json_object(const std::string& text) {
  if (!text.starts_with('{') && !text.starts_with(' ') && !text.starts_with('\n') &&
      !text.starts_with('\t') && !text.starts_with('\r')) {
    return false;  // A byte order mark, which nlohmann skips and SQLite does not.
  }
  bool too_deep = false;
  const auto watch_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kDeepestMetadata;
    return true;
  };
  const auto parsed = nlohmann::json::parse(text, watch_depth, /*allow_exceptions=*/false);
  return parsed.is_object() && !too_deep;
}

}  // namespace

Result<> check_identity(const ModelIdentity& model) {
  if (model.fingerprint.empty() || model.dim == 0 || model.dim > kLongestVector) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("use model \"{:.12}\": its vectors have {} numbers", model.fingerprint,
                            model.dim));
  }
  return {};
}

Result<> check_memory(const Memory& memory) {
  const std::string what =
      fmt::format("store memory \"{}\": ", is_utf8(memory.id) ? memory.id : "?");
  if (memory.id.empty()) {
    return fail(ErrorCode::kInvalidArgument, what + "the id is empty", "give it an id");
  }
  if (memory.content.empty()) {
    return fail(ErrorCode::kInvalidArgument, what + "the content is empty", "give it some text");
  }
  for (const auto& [name, text] : {std::pair<const char*, std::string_view>{"id", memory.id},
                                   {"content", memory.content},
                                   {"metadata", memory.metadata_json},
                                   {"user_id", memory.user_id},
                                   {"namespace_id", memory.namespace_id},
                                   {"organization_id", memory.organization_id}}) {
    if (!is_utf8(text)) {
      return not_utf8(what + name);
    }
  }
  if (!is_json_object(memory.metadata_json)) {
    return fail(
        ErrorCode::kInvalidArgument,
        what + fmt::format("metadata is not a JSON object of at most {} levels", kDeepestMetadata),
        R"(write it like {"tag": "tea"})");
  }
  return {};
}

Result<> check_filter(const MemoryFilter& filter) {
  constexpr std::size_t kMostKeys = 64;
  if (filter.metadata.size() > kMostKeys) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("filter memories: {} metadata keys, and at most {} can be asked for",
                            filter.metadata.size(), kMostKeys),
                "ask for fewer");
  }
  // Nothing that is stored could match: the caller would take no hits for an answer.
  for (const auto& [name, text] : {std::pair{"user_id", &filter.user_id},
                                   {"namespace_id", &filter.namespace_id},
                                   {"organization_id", &filter.organization_id}}) {
    if (*text && !is_utf8(**text)) return not_utf8(std::string("filter memories: ") + name);
  }
  for (const auto& [key, value] : filter.metadata) {
    if (!is_utf8(key) || !is_utf8(value)) return not_utf8("filter memories: metadata");
  }
  return {};
}

Result<std::vector<float>> unit_vector(std::span<const float> vector, std::size_t dim) {
  if (vector.size() != dim) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("use vector: {} numbers, and the model gives {}", vector.size(), dim));
  }
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * value;
  const double norm = std::sqrt(squares);
  // Written so that a NaN fails.
  if (!(std::abs(norm - 1) <= 1e-3)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("use vector: norm {} is not 1", norm));
  }
  std::vector<float> unit(vector.begin(), vector.end());
  if (std::abs(norm - 1) > 1e-6) {
    for (float& value : unit) value = static_cast<float>(value / norm);
  }
  return unit;
}

}  // namespace papr
