// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace papr::cli {

/// How wide the terminal is that standard output, or standard error, goes to; nullopt when it goes
/// elsewhere, as into a pipe or a file.
[[nodiscard]] std::optional<int> stdout_width_columns() noexcept;
[[nodiscard]] std::optional<int> stderr_width_columns() noexcept;

}  // namespace papr::cli
