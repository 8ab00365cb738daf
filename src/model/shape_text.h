// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "papr/model.h"

namespace papr {

/// "[2, 384]"
[[nodiscard]] std::string shape_text(std::span<const std::int64_t> shape);

/// "[1..64, 384]", "[1..]" where there is no bound.
[[nodiscard]] std::string shape_text(std::span<const AxisRange> shape);

}  // namespace papr
