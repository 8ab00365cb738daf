// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// Shares of the last 10 s in which tasks waited for memory.
struct Psi {
  double some_percent_10s = 0;             ///< [0, 100]; at least one task waited
  std::optional<double> full_percent_10s;  ///< [0, 100]; all tasks that had work waited
};

/// Parses /proc/pressure/memory or a cgroup's memory.pressure.
///
/// @error kCorrupt  no whole `some` line, a field is missing, or a share is out of range.
/// Source: Linux Documentation/accounting/psi.rst, "Pressure interface".
[[nodiscard]] Result<Psi> parse_psi(std::string_view text);

}  // namespace papr
