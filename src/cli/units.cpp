// SPDX-License-Identifier: Apache-2.0
#include "units.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace papr::cli {

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes);
  const char* name = "B";
  for (const char* const larger : {"kB", "MB", "GB", "TB", "PB"}) {
    // What would be printed as 1000.0 is one of the next unit.
    if (size < 999.95) break;
    size /= 1000;
    name = larger;
  }
  return fmt::format("{:.1f} {}", size, name);
}

std::string age_text(std::chrono::milliseconds age) {
  if (age < std::chrono::milliseconds(0)) return "in the future";
  const auto minutes = std::chrono::floor<std::chrono::minutes>(age).count();
  if (minutes < 1) return "just now";
  if (minutes < 120) return fmt::format("{} min ago", minutes);
  if (minutes < 48 * 60) return fmt::format("{} h ago", minutes / 60);
  return fmt::format("{} days ago", minutes / (24 * 60));
}

std::string utc_text(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = (time - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), milliseconds);
}

}  // namespace papr::cli
