// SPDX-License-Identifier: Apache-2.0
#include "cache_state.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace papr {
namespace {

using nlohmann::json;

/// The member `name` if it is an array, or else an empty one.
json array_in(const json& value, const char* name) {
  if (!value.is_object()) return json::array();
  const auto found = value.find(name);
  return found != value.end() && found->is_array() ? *found : json::array();
}

}  // namespace

CacheState parse_cache_state(const json& value) {
  CacheState state;
  for (const json& entry : array_in(value, "entries")) {
    if (entry.is_string()) state.ownership.entries.insert(entry.get<std::string>());
  }
  return state;
}

json json_of(const CacheState& state) {
  json entries = json::array();
  for (const auto& entry : state.ownership.entries) entries.push_back(entry.string());
  return {{"entries", std::move(entries)}};
}

CacheState record_new_entries(CacheState state, std::span<const MeasuredPlace> before,
                              std::span<const MeasuredPlace> after) {
  state.ownership.entries.merge(new_entries(before, after));
  return state;
}

Result<> remember_new_entries(StateFile& file, const CacheOptions& options,
                              std::span<const MeasuredPlace> before) {
  const auto after = survey(options, Breadth::kMayClear);
  if (!after) return std::unexpected(after.error());
  if (new_entries(before, *after).empty()) return {};
  return file.update([&](json& state) -> Result<> {
    auto known = parse_cache_state(state.value(kCacheStateKey, json()));
    state[kCacheStateKey] = json_of(record_new_entries(std::move(known), before, *after));
    return {};
  });
}

CacheState record_clear(CacheState state, const ClearReport& report) {
  if (report.dry_run) return state;
  for (const ClearReport::Cleared& one : report.cleared) state.ownership.entries.erase(one.path);
  return state;
}

}  // namespace papr
