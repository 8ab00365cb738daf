// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "macos_kernel.h"
#include "memory_source.h"

namespace papr {

/// Source `macos`: four system calls, no process, no file, and nothing allocated where all succeed.
/// What a sample has and when there is none: sample_of_kernel().
[[nodiscard]] std::unique_ptr<MemorySource> make_macos_source(std::unique_ptr<MacosKernel> kernel);

}  // namespace papr
