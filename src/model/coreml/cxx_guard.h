// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// Runs `body`. Gives what C++ exception came out of it, as an Error; nothing where none did.
///
/// In a .cpp file, because where the Objective-C runtime is GCC's, as in our tests, a C++ `catch`
/// in an Objective-C++ file never catches. Objective-C's own exceptions have to be caught in
/// `body`.
[[nodiscard]] std::optional<Error> thrown_by(std::string_view doing,
                                             const std::function<void()>& body) noexcept;

}  // namespace papr
