// SPDX-License-Identifier: Apache-2.0
#include "user_folders.h"

namespace papr {

std::optional<std::filesystem::path> user_data_folder(const Environment& environment) {
  const auto home = environment("HOME");
  if (!home || !std::filesystem::path(*home).is_absolute()) return std::nullopt;
  return std::filesystem::path(*home) / "Library" / "Application Support" / "papr";
}

std::optional<std::filesystem::path> user_config_folder(const Environment& environment) {
  return user_data_folder(environment);
}

}  // namespace papr
