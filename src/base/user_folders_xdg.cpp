// SPDX-License-Identifier: Apache-2.0
#include "user_folders.h"

namespace papr {
namespace {

std::optional<std::filesystem::path> absolute(const Environment& environment, const char* name) {
  const auto value = environment(name);
  if (!value) return std::nullopt;
  const std::filesystem::path path(*value);
  return path.is_absolute() ? std::optional(path) : std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> user_data_folder(const Environment& environment) {
  if (const auto data = absolute(environment, "XDG_DATA_HOME")) return *data / "papr";
  if (const auto home = absolute(environment, "HOME")) return *home / ".local/share/papr";
  return std::nullopt;
}

std::optional<std::filesystem::path> user_config_folder(const Environment& environment) {
  if (const auto config = absolute(environment, "XDG_CONFIG_HOME")) return *config / "papr";
  if (const auto home = absolute(environment, "HOME")) return *home / ".config/papr";
  return std::nullopt;
}

std::optional<std::filesystem::path> compiled_models_folder(const Environment& environment) {
  if (const auto cache = absolute(environment, "XDG_CACHE_HOME")) {
    return *cache / "papr/compiled-models";
  }
  if (const auto home = absolute(environment, "HOME")) {
    return *home / ".cache/papr/compiled-models";
  }
  return std::nullopt;
}

}  // namespace papr
