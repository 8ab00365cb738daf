// SPDX-License-Identifier: Apache-2.0
#include "memory_line.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "../base/sha256.h"

namespace papr {
namespace {

using Json = nlohmann::ordered_json;  // metadata keeps the order in which it was written

constexpr int kDeepestLevel = 64;
constexpr std::string_view kShape =
    R"(one JSON object a line: {"content": "...", "id": "...", "metadata": {...}})";

std::unexpected<Error> fail_line(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), std::string(kShape));
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

// nlohmann's text is "[json.exception.parse_error.101] parse error at line 1, column 5: syntax
// error
// ...; last read: '...'". The line is always 1 here, and what was read is somebody's content.
std::string reason_of(const Json::exception& error) {
  std::string_view text = error.what();
  text = text.substr(0, text.find("; last read"));
  const std::size_t column = text.find("column ");
  return std::string(column == std::string_view::npos ? text : text.substr(column));
}

Result<std::string> text_field(const std::string& key, const Json& value) {
  if (!value.is_string()) {
    return fail_line("\"" + key + "\" is " + value.type_name() + ", not a string");
  }
  return value.get<std::string>();
}

}  // namespace

Result<Memory> parse_memory_line(std::string_view line) {
  Json json;
  bool too_deep = false;
  // nlohmann reads any depth, but writes and frees by recursion: a line of brackets would end us.
  const auto in_depth = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kDeepestLevel;
    return !too_deep;
  };
  try {
    json = Json::parse(line, in_depth);
  } catch (const Json::exception& error) {  // a number may be out of range as well
    return fail_line("not JSON: " + reason_of(error));
  }
  if (too_deep) {
    return fail_line("nested deeper than " + std::to_string(kDeepestLevel) + " levels");
  }
  if (!json.is_object()) return fail_line("not a JSON object but " + std::string(json.type_name()));

  Memory memory;
  const std::pair<std::string_view, std::string Memory::*> text_fields[] = {
      {"id", &Memory::id},
      {"content", &Memory::content},
      {"user_id", &Memory::user_id},
      {"namespace_id", &Memory::namespace_id},
      {"organization_id", &Memory::organization_id}};
  for (const auto& [key, value] : json.items()) {
    if (value.is_null()) continue;
    if (key == "metadata") {
      memory.metadata_json = value.dump();
      continue;
    }
    bool known = false;
    for (const auto& [name, field] : text_fields) {
      if (key != name) continue;
      auto text = text_field(key, value);
      if (!text) return std::unexpected(text.error());
      memory.*field = std::move(*text);
      known = true;
    }
    if (!known) {
      return fail_line("unknown key \"" + key + "\"; what is yours goes into \"metadata\"");
    }
  }
  if (const auto sound = check_new_memory(memory); !sound) return fail_line(sound.error().message);
  return memory;
}

Result<> check_new_memory(const Memory& memory) {
  if (blank(memory.content)) {
    return fail(ErrorCode::kInvalidArgument, "the content is missing or blank",
                "give it some text that a search can find");
  }
  const Json metadata = Json::parse(memory.metadata_json, nullptr, /*allow_exceptions=*/false);
  if (!metadata.is_object()) {
    return fail(ErrorCode::kInvalidArgument, "the metadata is not a JSON object",
                R"(write it like {"tag": "tea"})");
  }
  return {};
}

std::string id_of_content(const Memory& memory) {
  Sha256 hash;
  for (const std::string* part :
       {&memory.organization_id, &memory.namespace_id, &memory.user_id, &memory.content}) {
    hash.update(std::to_string(part->size()) + ":");
    hash.update(*part);
  }
  return "mem_" + hash.hex().substr(0, 24);
}

}  // namespace papr
