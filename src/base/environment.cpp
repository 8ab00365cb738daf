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

}  // namespace papr
