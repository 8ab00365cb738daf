// SPDX-License-Identifier: Apache-2.0
#include "swap_baseline.h"

#include <nlohmann/json.hpp>

#include "../base/json_member.h"

namespace papr {

using Json = nlohmann::json;

std::optional<SwapBaseline> swap_baseline_in(const Json& state, std::string_view boot_id,
                                             std::string_view source) {
  const Json pressure = json_member(state, "pressure");
  if (json_member(pressure, "boot_id") != boot_id) return std::nullopt;
  const Json baseline = json_member(json_member(pressure, "swap_baselines"), source);
  const Json ins = json_member(baseline, "swap_ins");
  const Json outs = json_member(baseline, "swap_outs");
  if (!ins.is_number_unsigned() || !outs.is_number_unsigned()) return std::nullopt;
  return SwapBaseline{.swap_ins = ins.get<std::uint64_t>(), .swap_outs = outs.get<std::uint64_t>()};
}

void set_swap_baseline(Json& state, std::string_view boot_id, std::string_view source,
                       const SwapBaseline& baseline) {
  Json baselines = Json::object();
  if (json_member(json_member(state, "pressure"), "boot_id") == boot_id) {
    baselines = json_member(json_member(state, "pressure"), "swap_baselines");
    if (!baselines.is_object()) baselines = Json::object();
  }
  baselines[source] = {{"swap_ins", baseline.swap_ins}, {"swap_outs", baseline.swap_outs}};
  state["pressure"] = {{"boot_id", boot_id}, {"swap_baselines", std::move(baselines)}};
}

}  // namespace papr
