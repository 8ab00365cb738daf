// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../base/user_folders.h"
#include "papr/pressure.h"
#include "papr/result.h"

namespace papr::cli {

/// How to read the pressure: the source from the option, then PAPR_PRESSURE_SOURCE, then empty for
/// the default of this OS; the thresholds from PAPR_PRESSURE_WARN_FREE_PERCENT,
/// PAPR_PRESSURE_CRITICAL_FREE_PERCENT and PAPR_PRESSURE_SWAP_PAGES.
///
/// @error kInvalidArgument  a value that cannot be understood; the message names the variable.
/// @error kUnsupported      a source that only another system has.
[[nodiscard]] Result<PressureOptions> pressure_options(const std::string& source_option,
                                                       const Environment& environment);

}  // namespace papr::cli
