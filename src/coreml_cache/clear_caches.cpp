// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "cache_clear.h"
#include "cache_state.h"
#include "caches_folder.h"
#include "open_entries.h"
#include "plan_clear.h"

namespace papr {
namespace {

Result<CacheState> read_state(StateFile* file) {
  if (file == nullptr) return CacheState{};
  auto state = file->read();
  if (!state) return while_doing("clear caches", state.error());
  return parse_cache_state(state->value(kCacheStateKey, nlohmann::json()));
}

Result<> remember(StateFile* file, const ClearReport& report, ClearScope scope,
                  const std::filesystem::path& caches_dir, WallTime now) {
  if (file == nullptr || report.dry_run || report.cleared.empty()) return {};
  return file->update([&](nlohmann::json& state) -> Result<> {
    const auto before = parse_cache_state(state.value(kCacheStateKey, nlohmann::json()));
    state[kCacheStateKey] = json_of(record_clear(before, report, scope, caches_dir, now));
    return {};
  });
}

std::string why_cooling(const CacheState::Clear& last, WallTime now) {
  const auto ago = std::chrono::floor<std::chrono::minutes>(now - last.at).count();
  return "compiled since the last clear, " + std::to_string(ago) + " min ago (cool-down)";
}

void keep_all(ClearPlan& plan, const std::string& why) {
  for (const ClearPlan::Entry& entry : plan.entries) {
    plan.kept.push_back({entry.place.path() / entry.name, entry.cache_class, why});
  }
  plan.entries.clear();
}

void tell(EventSink* events, const Event& event) {
  if (events != nullptr) events->on_event(event);
}

}  // namespace

Result<ClearReport> clear_caches(const ClearRequest& request, StateFile* state, const Clock& clock,
                                 EventSink* events) {
  if (request.dry_run) events = nullptr;
  const auto places = survey(request.cache, request.breadth);
  if (!places) return std::unexpected(places.error());
  const auto caches_dir = caches_dir_of(request.cache);
  std::error_code error;
  if (!caches_dir || !std::filesystem::exists(*caches_dir, error)) {
    return ClearReport{.dry_run = request.dry_run};
  }
  const auto known = read_state(state);
  if (!known) return std::unexpected(known.error());
  const WallTime now = clock.wall_now();
  auto plan = plan_clear(*places, known->ownership, find_open_entries(*places), request.scope, now);
  const auto last = clear_within(*known, *caches_dir, request.cooldown, now);
  const bool cooling_down = last && !plan.entries.empty();
  if (cooling_down) keep_all(plan, why_cooling(*last, now));
  tell(events,
       {.name = "cache_clear_started", .fields = {{"scope", std::string(name_of(request.scope))}}});
  auto report = clear(plan, *caches_dir, {.dry_run = request.dry_run});
  if (!report) return report;
  report->cooling_down = cooling_down;
  const auto remembered = remember(state, *report, request.scope, *caches_dir, clock.wall_now());
  if (!remembered) report->errors.push_back({state->path(), remembered.error()});
  tell(events, {.name = "cache_cleared",
                .fields = {{"freed_bytes", static_cast<std::int64_t>(report->freed_bytes)},
                           {"entries", static_cast<std::int64_t>(report->cleared.size())},
                           {"errors", static_cast<std::int64_t>(report->errors.size())}}});
  return report;
}

Result<ClearReport> clear_ours(const CacheOptions& options, StateFile* state, ClearScope scope,
                               const Clock& clock, EventSink* events) {
  return clear_caches({.cache = options, .scope = scope}, state, clock, events);
}

}  // namespace papr
