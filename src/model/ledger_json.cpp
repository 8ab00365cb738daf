// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "../base/json_member.h"
#include "ledger_state.h"

namespace papr {
namespace {

using nlohmann::json;

// The end of the year 9999; a later time cannot be calculated with and was not written by us.
constexpr std::int64_t kLatestMs = 253'402'300'799'999;
constexpr double kLongestMs = 86'400'000;  // of one prediction
constexpr int kMostCrashes = 1000;

std::optional<std::int64_t> integer(const json& value, std::int64_t most) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most)) {
    return std::nullopt;
  }
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  return number >= 0 && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<WallTime> time_in(const json& value) {
  const auto ms = integer(value, kLatestMs);
  return ms ? std::optional(WallTime(std::chrono::milliseconds(*ms))) : std::nullopt;
}

bool truth(const json& value) { return value.is_boolean() && value.get<bool>(); }

std::string text(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

std::uint64_t number_of_episode(const json& value) {
  return static_cast<std::uint64_t>(integer(value, kLatestMs).value_or(0));
}

std::optional<RareAct> act_in(const json& value) {
  const auto at = time_in(json_member(value, "at"));
  if (!at) return std::nullopt;
  return RareAct{.at = *at, .episode = number_of_episode(json_member(value, "episode"))};
}

std::int64_t ms_of(WallTime time) { return time.time_since_epoch().count(); }

json json_of(const std::optional<RareAct>& act) {
  if (!act) return nullptr;
  return {{"at", ms_of(act->at)}, {"episode", act->episode}};
}

PressureEpisode parse_episode(const json& value) {
  return {.number = number_of_episode(json_member(value, "number")),
          .boot_id = text(json_member(value, "boot_id")),
          .last_active = time_in(json_member(value, "last_active")),
          .calm_since = time_in(json_member(value, "calm_since"))};
}

json json_of(const std::optional<WallTime>& time) { return time ? json(ms_of(*time)) : json(); }

json json_of(const PressureEpisode& episode) {
  return {{"number", episode.number},
          {"boot_id", episode.boot_id},
          {"last_active", json_of(episode.last_active)},
          {"calm_since", json_of(episode.calm_since)}};
}

Placement placement_in(const json& value) {
  for (const Placement placement : {Placement::kCpu, Placement::kGpu, Placement::kNeuralEngine}) {
    if (text(value) == name_of(placement)) return placement;
  }
  return Placement::kUnknown;
}

std::optional<double> duration_ms(const json& value) {
  if (!value.is_number()) return std::nullopt;
  const auto ms = value.get<double>();
  return ms >= 0 && ms <= kLongestMs ? std::optional(ms) : std::nullopt;
}

std::optional<LedgerState::Verified> parse_verified(const json& value) {
  const auto at = time_in(json_member(value, "at"));
  const auto first = duration_ms(json_member(value, "first_ms"));
  const auto warm = duration_ms(json_member(value, "warm_ms"));
  const auto budget = duration_ms(json_member(value, "budget_ms"));
  if (!at || !first || !warm || !budget) return std::nullopt;
  return LedgerState::Verified{.at = *at,
                               .how = {.placement = placement_in(json_member(value, "placement")),
                                       .first_ms = *first,
                                       .warm_ms = *warm,
                                       .budget_ms = *budget,
                                       .output_ok = text(json_member(value, "verdict")) !=
                                                    name_of(ModelVerdict::kWrongOutput),
                                       .problem = text(json_member(value, "problem"))}};
}

json json_of(const std::optional<LedgerState::Verified>& verified) {
  if (!verified) return nullptr;
  const Verification& how = verified->how;
  return {{"at", ms_of(verified->at)},
          {"verdict", name_of(how.verdict())},
          {"placement", name_of(how.placement)},
          {"first_ms", std::min(how.first_ms, kLongestMs)},
          {"warm_ms", std::min(how.warm_ms, kLongestMs)},
          {"budget_ms", std::min(how.budget_ms, kLongestMs)},
          {"problem", how.problem}};
}

LedgerState::Model parse_model(const json& value) {
  LedgerState::Model model{
      .at = time_in(json_member(value, "at")).value_or(WallTime{}),
      .crashes = static_cast<int>(integer(json_member(value, "crashes"), kMostCrashes).value_or(0)),
      .crashed_at = time_in(json_member(value, "crashed_at")).value_or(WallTime{}),
      .verified = truth(json_member(value, "verified")),
      .last = parse_verified(json_member(value, "verification")),
      .rebuild = act_in(json_member(value, "rebuild")),
      .evidence = truth(json_member(value, "evidence"))};
  for (const json& ms : json_member(value, "warm_ms")) {
    if (const auto warm = duration_ms(ms)) model.warm_ms.push_back(*warm);
  }
  for (const json& entry : json_member(value, "entries")) {
    // An entry that cannot be read is one that is not there: the model counts as not verified.
    model.entries.push_back(text(entry));
  }
  return model;
}

json json_of(const LedgerState::Model& model) {
  return {{"at", ms_of(model.at)},
          {"crashes", std::min(model.crashes, kMostCrashes)},
          {"crashed_at", ms_of(model.crashed_at)},
          {"warm_ms", model.warm_ms},
          {"verified", model.verified},
          {"verification", json_of(model.last)},
          {"entries", model.entries},
          {"rebuild", json_of(model.rebuild)},
          {"evidence", model.evidence}};
}

}  // namespace

LedgerState parse_ledger(const json& value) {
  LedgerState state{.precaution_clear = act_in(json_member(value, "precaution_clear")),
                    .evidence_clear = act_in(json_member(value, "evidence_clear")),
                    .episode = parse_episode(json_member(value, "episode")),
                    .clear_wanted = truth(json_member(value, "clear_wanted"))};
  for (const json& process : json_member(value, "processes")) {
    const auto pid = integer(json_member(process, "pid"), kLatestMs);
    if (!pid) continue;
    state.processes.push_back(
        {.id = {.pid = *pid, .started = text(json_member(process, "started"))},
         .model = text(json_member(process, "model")),
         .at_risk = truth(json_member(process, "at_risk"))});
  }
  const json& models = json_member(value, "models");
  if (models.is_object()) {
    for (const auto& [key, model] : models.items()) state.models[key] = parse_model(model);
  }
  return state;
}

json json_of(const LedgerState& state) {
  json processes = json::array();
  for (const LedgerState::Process& process : state.processes) {
    processes.push_back({{"pid", process.id.pid},
                         {"started", process.id.started},
                         {"model", process.model},
                         {"at_risk", process.at_risk}});
  }
  json models = json::object();
  for (const auto& [key, model] : state.models) models[key] = json_of(model);
  return {{"processes", std::move(processes)},
          {"models", std::move(models)},
          {"precaution_clear", json_of(state.precaution_clear)},
          {"evidence_clear", json_of(state.evidence_clear)},
          {"episode", json_of(state.episode)},
          {"clear_wanted", state.clear_wanted}};
}

}  // namespace papr
