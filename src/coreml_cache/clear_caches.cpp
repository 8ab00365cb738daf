// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "cache_class.h"
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

Result<> remember(StateFile* file, const ClearReport& report) {
  if (file == nullptr || report.dry_run || report.cleared.empty()) return {};
  return file->update([&](nlohmann::json& state) -> Result<> {
    const auto before = parse_cache_state(state.value(kCacheStateKey, nlohmann::json()));
    state[kCacheStateKey] = json_of(record_clear(before, report));
    return {};
  });
}

void keep_all(ClearPlan& plan, const std::string& why) {
  for (const ClearPlan::Entry& entry : plan.entries) {
    plan.kept.push_back({entry.place.path() / entry.name, entry.cache_class, why});
  }
  plan.entries.clear();
}

bool perhaps_has_ours(const MeasuredPlace& place) {
  return may_hold_ours(place.cache_class) && !place.entries.empty();
}

void tell(EventSink* events, const Event& event) {
  if (events != nullptr) events->on_event(event);
}

/// The folder that the entries of a scope are in, and so their trash. Nothing where there is none.
std::optional<std::filesystem::path> folder_of(const ClearRequest& request) {
  const auto folder = request.scope == ClearScope::kTemporary ? temporary_dir_of(request.cache)
                                                              : caches_dir_of(request.cache);
  std::error_code error;
  return folder && std::filesystem::exists(*folder, error) ? folder : std::nullopt;
}

}  // namespace

Result<ClearReport> clear_caches(const ClearRequest& request, StateFile* state, const Clock& clock,
                                 EventSink* events) {
  if (request.dry_run) events = nullptr;
  const auto places = survey(request.cache, request.breadth, request.progress);
  if (!places) return std::unexpected(places.error());
  const auto folder = folder_of(request);
  if (!folder) return ClearReport{.dry_run = request.dry_run};
  const auto known = read_state(state);
  if (!known) return std::unexpected(known.error());
  auto plan = plan_clear(*places, known->ownership, find_open_entries(*places), request.scope,
                         clock.wall_now());
  if (request.why_not && std::ranges::any_of(*places, perhaps_has_ours)) {
    const auto why = request.why_not(!plan.entries.empty());
    if (!why) return std::unexpected(why.error());
    if (*why) {
      keep_all(plan, **why);
      return ClearReport{.dry_run = request.dry_run, .kept = std::move(plan.kept)};
    }
  }
  tell(events,
       {.name = "cache_clear_started", .fields = {{"scope", std::string(name_of(request.scope))}}});
  auto report = clear(plan, *folder, {.dry_run = request.dry_run});
  if (!report) return report;
  const auto remembered = remember(state, *report);
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

Result<ClearReport> clear_temporary(const CacheOptions& options, const OneOffClear& how,
                                    const Clock& clock) {
  return clear_caches({.cache = options,
                       .scope = ClearScope::kTemporary,
                       .breadth = Breadth::kTemporary,
                       .dry_run = how.dry_run,
                       .progress = how.progress},
                      nullptr, clock, how.events);
}

}  // namespace papr
