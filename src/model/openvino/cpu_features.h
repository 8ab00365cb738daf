// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace papr {

/// What this CPU can do, as text to be compared; empty where there is no way to ask it.
[[nodiscard]] std::string cpu_features();

}  // namespace papr
