// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// What `sysctl vm.swapusage kern.memorystatus_vm_pressure_level kern.memorystatus_level` printed
/// on macOS. A name that the release does not know is nullopt.
struct SysctlOutput {
  std::optional<std::uint64_t> swap_used_bytes;   ///< ± 0.005 MiB, as the text has two decimals
  std::optional<std::uint64_t> swap_total_bytes;  ///< 0 is normal: swap files come on demand
  std::optional<int> kernel_level;                ///< 1, 2 or 4
  std::optional<double> free_percent;             ///< [0, 100]
};

/// Parses lines "name: value"; the swap line also as `sysctl -n` prints it, without the name. Other
/// lines are passed over.
///
/// @error kCorrupt  none of the three is there, or one is not as the kernel prints it.
[[nodiscard]] Result<SysctlOutput> parse_sysctl(std::string_view text);

}  // namespace papr
