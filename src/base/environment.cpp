// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "user_folders.h"

namespace papr {

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

std::optional<std::filesystem::path> state_file_path(const Environment& environment) {
  const auto folder = user_data_folder(environment);
  return folder ? std::optional(*folder / "state.json") : std::nullopt;
}

}  // namespace papr
