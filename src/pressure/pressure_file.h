// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "memory_source.h"
#include "papr/result.h"

namespace papr {

/// Parses the reading in a file of source `file:PATH`: one JSON object with the keys of
/// `papr pressure --json`, each of which may be missing or null. `level` is what the kernel would
/// say, where there is no `kernel_level`, so that {"level": "critical"} is a drill; it says nothing
/// beside "active": false, as in a recorded reading of history only. Unknown keys are passed over.
/// `taken_at` is left as it is.
///
/// @error kCorrupt  not such an object: a value of the wrong type or range, or no known key at all.
[[nodiscard]] Result<MemorySample> parse_pressure_file(std::string_view text);

}  // namespace papr
