// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "papr/result.h"

namespace papr {

/// The percentage of memory that is free, [0, 100], from the output of `memory_pressure`, with or
/// without -Q. It counts what the kernel could reclaim as free.
///
/// @error kCorrupt  no whole percentage line, or two that differ. The command prints its own errors
///                  on standard output and ends with 0, so that this is the only sign of them.
/// Source: memory_pressure.c of Apple's system_cmds; recordings in tests/data/macos_outputs.
[[nodiscard]] Result<double> parse_memory_pressure(std::string_view text);

}  // namespace papr
