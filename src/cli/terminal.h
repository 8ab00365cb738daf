// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace papr::cli {

[[nodiscard]] bool stderr_is_terminal() noexcept;

/// Of standard output, or else standard error; 100 when neither is a terminal.
[[nodiscard]] int terminal_width_columns() noexcept;

}  // namespace papr::cli
