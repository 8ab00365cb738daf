// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "../base/clock.h"

namespace papr::cli {

/// "1.2 GB": decimal units, as the Finder has them.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// "just now", "5 min ago", "3 h ago", "12 days ago"; "in the future" when a clock is wrong.
[[nodiscard]] std::string age_text(std::chrono::milliseconds age);

/// RFC 3339 in UTC: "2026-01-31T08:15:00.250Z".
[[nodiscard]] std::string utc_text(WallTime time);

}  // namespace papr::cli
