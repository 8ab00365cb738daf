// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clock.h"

namespace papr {

/// RFC 3339 in UTC with milliseconds: "2026-01-31T08:15:00.250Z".
[[nodiscard]] std::string utc_text(WallTime time);

}  // namespace papr
