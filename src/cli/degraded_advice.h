// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace papr::cli {

/// What a person can do about an answer that was degraded for this reason. Never empty. Pure.
[[nodiscard]] std::string_view degraded_advice(std::string_view reason);

}  // namespace papr::cli
