// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "macos_kernel.h"
#include "memory_source.h"
#include "papr/result.h"

namespace papr {

/// Where the fields of vm_statistics64 stand, in words of 32 bits; the same on arm64 and x86_64.
/// Page counts have one word, event counters two. `free` includes the speculative pages.
/// Source: mach/vm_statistics.h, against which macos_kernel_macos.cpp holds these.
namespace vm_word {
inline constexpr std::size_t kFree = 0, kActive = 1, kInactive = 2, kWired = 3;
inline constexpr std::size_t kPageIns = 8, kPageOuts = 10, kSpeculative = 23;
inline constexpr std::size_t kSwapIns = 28, kSwapOuts = 30, kCompressor = 32;
}  // namespace vm_word

/// Where xsw_usage of sys/sysctl.h has its numbers of 64 bits, in bytes.
inline constexpr std::size_t kSwapTotalAt = 0, kSwapUsedAt = 16;

/// What one sysctl gave. There is room for more than today's kernels have to say.
struct SysctlAnswer {
  KernelAnswer answer;
  std::array<std::byte, 64> bytes{};
};

/// What the kernel said at one moment, as it came.
struct MacosAnswers {
  SysctlAnswer free_percent;  ///< kern.memorystatus_level, an int in [0, 100]
  SysctlAnswer kernel_level;  ///< kern.memorystatus_vm_pressure_level, an int: 1, 2 or 4
  SysctlAnswer swap_usage;    ///< vm.swapusage, an xsw_usage, in bytes
  KernelAnswer vm;            ///< of the words: those from its size on say nothing
  VmWords vm_words{};
  std::uint64_t page_size_bytes = 0;
};

/// The kernel's answers as a sample. Pure. What was refused, has another size than it must or
/// cannot be (a level of 3, 101 %) is nullopt. The free percentage is the kernel's own, or else
/// worked out of the page counts as the kernel does it.
///
/// @error  when nothing is left that a level can come of: no free percentage, no kernel level and
///         no swap counters. The message has each one's reason. kCorrupt where none can be, else
///         kUnavailable.
[[nodiscard]] Result<MemorySample> sample_of_kernel(const MacosAnswers& answers);

}  // namespace papr
