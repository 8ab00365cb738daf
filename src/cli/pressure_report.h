// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "papr/pressure.h"
#include "report.h"

namespace papr::cli {

/// The object of `papr pressure --json`; what is not known is null.
[[nodiscard]] Json json_of(const PressureReading& reading);

/// Two lines for people: the level, why and what that means; then the numbers and their source.
[[nodiscard]] std::string text_of(const PressureReading& reading);

/// One line for people, as for a stream: "08:15:00Z warn: ...".
[[nodiscard]] std::string line_of(const PressureReading& reading);

}  // namespace papr::cli
