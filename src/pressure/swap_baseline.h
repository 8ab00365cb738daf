// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "classify.h"

namespace papr {

/// The baseline that `state`, the state file's object, has under "pressure" for this boot and
/// source: {"boot_id", "swap_baselines": {SOURCE: {"swap_ins", "swap_outs"}}}. Nothing when there
/// is none, or when that part is not as we write it. Drills must not change what is said of the
/// machine, so each source has its own.
[[nodiscard]] std::optional<SwapBaseline> swap_baseline_in(const nlohmann::json& state,
                                                           std::string_view boot_id,
                                                           std::string_view source);

/// Writes it there. What an earlier boot left goes.
void set_swap_baseline(nlohmann::json& state, std::string_view boot_id, std::string_view source,
                       const SwapBaseline& baseline);

}  // namespace papr
