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

std::optional<std::filesystem::path> compiled_models_folder(const Environment& environment) {
  const auto data = user_data_folder(environment);
  return data ? std::optional(*data / "compiled-models") : std::nullopt;
}

}  // namespace papr
