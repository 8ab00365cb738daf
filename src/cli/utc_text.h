// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../base/clock.h"

namespace papr::cli {

/// RFC 3339 in UTC: "2026-01-31T08:15:00.250Z".
[[nodiscard]] std::string utc_text(WallTime time);

}  // namespace papr::cli
