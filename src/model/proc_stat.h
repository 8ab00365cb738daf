// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace papr {

/// The field `starttime` of the text of /proc/PID/stat, in clock ticks since boot. The name of the
/// program stands in brackets before it and may hold anything, brackets and spaces too.
/// Source: proc_pid_stat(5).
[[nodiscard]] std::optional<std::string> start_ticks_of(std::string_view stat);

}  // namespace papr
