// SPDX-License-Identifier: Apache-2.0
#include "progress_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "report.h"

namespace papr::cli {

std::string progress_line(const Progress& progress, std::size_t width_columns) {
  constexpr std::size_t kBarColumns = 20;
  const double seconds = progress.elapsed.count();
  std::string line = fmt::format("{:>9} rows", with_thousands(progress.rows));
  const double fraction = std::clamp(progress.fraction.value_or(0), 0.0, 1.0);
  if (progress.fraction) {
    const auto filled = static_cast<std::size_t>(fraction * kBarColumns);
    line += fmt::format("  [{}{}] {:>3.0f} %", std::string(filled, '#'),
                        std::string(kBarColumns - filled, '-'), fraction * 100);
  }
  if (seconds > 0) {
    line += fmt::format("  {:.0f} rows/s", static_cast<double>(progress.rows) / seconds);
  }
  if (fraction > 0 && fraction < 1) {
    line += fmt::format("  {:.0f} s left", seconds / fraction * (1 - fraction));
  }
  return line.substr(0, width_columns);
}

}  // namespace papr::cli
