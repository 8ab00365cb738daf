// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace papr::cli {

/// "just now", "5 min ago", "3 h ago", "12 days ago"; "in the future" when a clock is wrong.
[[nodiscard]] std::string age_text(std::chrono::milliseconds age);

}  // namespace papr::cli
