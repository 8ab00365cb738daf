// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "../base/subprocess.h"
#include "memory_source.h"
#include "sysctl_output.h"
#include "vm_stat_output.h"

namespace papr {

/// Source `macos-tools`: runs `memory_pressure -Q`, `vm_stat` and `sysctl` side by side, so that a
/// sample takes less than 2 s even when all of them hang; one after another where the OS gives no
/// thread. Works wherever they are on PATH.
[[nodiscard]] std::unique_ptr<MemorySource> make_macos_tools_source(
    std::unique_ptr<Subprocess> subprocess);

/// What three tools said, as one sample: what a tool did not say is nullopt, unless another did.
/// The free percentage is that of memory_pressure, or else the kernel's, or else worked out of
/// vm_stat.
/// @error when all failed: the message has each one's.
[[nodiscard]] Result<MemorySample> sample_of_tools(const Result<double>& memory_pressure,
                                                   const Result<VmStat>& vm_stat,
                                                   const Result<SysctlOutput>& sysctl);

}  // namespace papr
