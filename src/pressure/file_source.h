// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "memory_source.h"

namespace papr {

/// Source `file:PATH`: what parse_pressure_file() says of the file as it is at each sample. Parsed
/// again only when its bytes have changed.
[[nodiscard]] std::unique_ptr<MemorySource> make_file_source(std::filesystem::path path);

}  // namespace papr
