// SPDX-License-Identifier: Apache-2.0
#include "cache_state.h"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

namespace papr {
namespace {

using nlohmann::json;

constexpr std::ptrdiff_t kClearsKept = 64;
// The end of the year 9999; a later time cannot be calculated with and was not written by us.
constexpr std::int64_t kLatestMs = 253'402'300'799'999;

/// The member `name` if it is an array, or else an empty one.
json array_in(const json& value, const char* name) {
  if (!value.is_object()) return json::array();
  const auto found = value.find(name);
  return found != value.end() && found->is_array() ? *found : json::array();
}

std::optional<CacheState::Clear> parse_clear(const json& value) {
  if (!value.is_object()) return std::nullopt;
  const json at = value.value("at", json());
  const json freed = value.value("freed_bytes", json());
  const json scope = value.value("scope", json());
  const json folder = value.value("caches_dir", json(""));
  if (!at.is_number_integer() || at < 0 || at > kLatestMs) return std::nullopt;
  if (!freed.is_number_unsigned() || !scope.is_string() || !folder.is_string()) {
    return std::nullopt;
  }
  for (const ClearScope known : {ClearScope::kOurs, ClearScope::kOursAndLegacy}) {
    if (scope != name_of(known)) continue;
    return CacheState::Clear{WallTime(std::chrono::milliseconds(at.get<std::int64_t>())), known,
                             freed.get<std::uint64_t>(), folder.get<std::string>()};
  }
  return std::nullopt;
}

}  // namespace

CacheState parse_cache_state(const json& value) {
  CacheState state;
  for (const json& entry : array_in(value, "entries")) {
    if (entry.is_string()) state.ownership.entries.insert(entry.get<std::string>());
  }
  for (const json& clear : array_in(value, "clears")) {
    if (auto parsed = parse_clear(clear)) state.clears.push_back(std::move(*parsed));
  }
  return state;
}

json json_of(const CacheState& state) {
  json entries = json::array();
  for (const auto& entry : state.ownership.entries) entries.push_back(entry.string());
  json clears = json::array();
  for (const CacheState::Clear& clear : state.clears) {
    clears.push_back({{"at", clear.at.time_since_epoch().count()},
                      {"scope", name_of(clear.scope)},
                      {"freed_bytes", clear.freed_bytes},
                      {"caches_dir", clear.caches_dir.string()}});
  }
  return {{"entries", std::move(entries)}, {"clears", std::move(clears)}};
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

std::optional<CacheState::Clear> clear_within(const CacheState& state,
                                              const std::filesystem::path& caches_dir,
                                              std::chrono::milliseconds cooldown, WallTime now) {
  std::optional<CacheState::Clear> newest;
  for (const CacheState::Clear& clear : state.clears) {
    const bool counts = clear.scope == ClearScope::kOursAndLegacy &&
                        clear.caches_dir == caches_dir && clear.at <= now &&
                        now - clear.at < cooldown;
    if (counts && (!newest || newest->at < clear.at)) newest = clear;
  }
  return newest;
}

CacheState record_clear(CacheState state, const ClearReport& report, ClearScope scope,
                        const std::filesystem::path& caches_dir, WallTime now) {
  if (report.dry_run || report.cleared.empty()) return state;
  for (const ClearReport::Cleared& one : report.cleared) state.ownership.entries.erase(one.path);
  state.clears.push_back({now, scope, report.freed_bytes, caches_dir});
  if (std::ssize(state.clears) > kClearsKept) {
    state.clears.erase(state.clears.begin(), state.clears.end() - kClearsKept);
  }
  return state;
}

}  // namespace papr
