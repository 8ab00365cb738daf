// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace papr {

/// The member of that name; null where `json` has none, or is no object.
[[nodiscard]] inline const nlohmann::json& json_member(const nlohmann::json& json,
                                                       std::string_view name) {
  static const nlohmann::json kNone;
  if (!json.is_object()) return kNone;
  const auto found = json.find(name);
  return found == json.end() ? kNone : *found;
}

}  // namespace papr
