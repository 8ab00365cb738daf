// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// Reads a span of time as people write it in options and settings: "150ms", "2.5s", "30m", "1h".
/// A unit is required, so that nobody has to guess it. At most one year.
///
/// @error kInvalidArgument  anything else, negative values included.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace papr
