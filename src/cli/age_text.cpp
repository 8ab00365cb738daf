// SPDX-License-Identifier: Apache-2.0
#include "age_text.h"

#include <fmt/format.h>

namespace papr::cli {

std::string age_text(std::chrono::milliseconds age) {
  if (age < std::chrono::milliseconds(0)) return "in the future";
  const auto minutes = std::chrono::floor<std::chrono::minutes>(age).count();
  if (minutes < 1) return "just now";
  if (minutes < 120) return fmt::format("{} min ago", minutes);
  if (minutes < 48 * 60) return fmt::format("{} h ago", minutes / 60);
  return fmt::format("{} days ago", minutes / (24 * 60));
}

}  // namespace papr::cli
