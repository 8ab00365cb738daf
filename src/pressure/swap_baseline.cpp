// SPDX-License-Identifier: Apache-2.0
#include "swap_baseline.h"

#include <nlohmann/json.hpp>

namespace papr {
namespace {

using Json = nlohmann::json;

// The member of that name; null where `json` is no object or has none.
Json member(const Json& json, std::string_view name) {
  const auto found = json.find(name);  // end() on what is no object
  return found == json.end() ? Json() : *found;
}

}  // namespace

std::optional<SwapBaseline> swap_baseline_in(const Json& state, std::string_view boot_id,
                                             std::string_view source) {
  const Json pressure = member(state, "pressure");
  if (member(pressure, "boot_id") != boot_id) return std::nullopt;
  const Json baseline = member(member(pressure, "swap_baselines"), source);
  const Json ins = member(baseline, "swap_ins");
  const Json outs = member(baseline, "swap_outs");
  if (!ins.is_number_unsigned() || !outs.is_number_unsigned()) return std::nullopt;
  return SwapBaseline{.swap_ins = ins.get<std::uint64_t>(), .swap_outs = outs.get<std::uint64_t>()};
}

void set_swap_baseline(Json& state, std::string_view boot_id, std::string_view source,
                       const SwapBaseline& baseline) {
  Json baselines = Json::object();
  if (member(member(state, "pressure"), "boot_id") == boot_id) {
    baselines = member(member(state, "pressure"), "swap_baselines");
    if (!baselines.is_object()) baselines = Json::object();
  }
  baselines[source] = {{"swap_ins", baseline.swap_ins}, {"swap_outs", baseline.swap_outs}};
  state["pressure"] = {{"boot_id", boot_id}, {"swap_baselines", std::move(baselines)}};
}

}  // namespace papr
