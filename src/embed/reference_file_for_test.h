// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "papr/result.h"

namespace papr {

/// One text and what tools/make_reference.py says about it. For tests and benchmarks.
struct ReferenceText {
  std::string kind;
  std::string text;
  std::vector<std::int32_t> ids;  ///< truncated to 512, special tokens included
  std::vector<float> vector;      ///< shape [384], norm 1 within what float16 keeps
};

/// Reads `texts.jsonl` and `reference.bin`; tools/make_reference.py describes the format.
/// @error kCorrupt  they do not belong together or are cut short.
[[nodiscard]] Result<std::vector<ReferenceText>> read_reference(
    const std::filesystem::path& folder);

}  // namespace papr
