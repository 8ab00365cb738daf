// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// What Core ML says of one failure, as an NSError has it.
struct NativeError {
  std::string domain;  ///< "com.apple.CoreML"
  std::int64_t code = 0;
  std::string text;
};

/// The Error of a failure of Core ML. `chain` is what was reported, outermost first, each followed
/// by what lies under it; empty where Core ML failed and said nothing. All texts are in the
/// message, because what to do about a failure is read there (load_error.h). Pure.
[[nodiscard]] Error coreml_error(std::string_view doing, std::span<const NativeError> chain);

}  // namespace papr
