// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// What `sysctl vm.swapusage kern.memorystatus_vm_pressure_level kern.memorystatus_level` printed
/// on macOS. A name that the release does not know, and a value that is not as the kernel prints
/// it, is nullopt.
struct SysctlOutput {
  std::optional<std::uint64_t> swap_used_bytes;   ///< ± 0.005 MiB, as the text has two decimals
  std::optional<std::uint64_t> swap_total_bytes;  ///< 0 is normal: swap files come on demand
  std::optional<int> kernel_level;                ///< 1, 2 or 4
  std::optional<double> free_percent;             ///< [0, 100]
};

/// Parses lines "name: value" or "name=value"; the swap line also as `sysctl -n` prints it, without
/// the name. Other lines are passed over. A name that comes again with another value is not known.
///
/// @error kCorrupt  nothing of the three is known; names the first line that is not sound.
[[nodiscard]] Result<SysctlOutput> parse_sysctl(std::string_view text);

}  // namespace papr
