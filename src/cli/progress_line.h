// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace papr::cli {

/// How far something is. Pure data; `progress_line` draws it.
struct Progress {
  std::size_t rows = 0;
  std::optional<double> fraction;  ///< [0, 1]; nullopt when the end is not known
  std::chrono::duration<double> elapsed{};
};

/// `  1,280 rows  [######--------------]  31 %  204 rows/s  14 s left`, without a line break and at
/// most `width_columns` wide.
[[nodiscard]] std::string progress_line(const Progress& progress, std::size_t width_columns);

}  // namespace papr::cli
