// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "memory_source.h"

namespace papr {

/// The source that is meant when none is named, as make_memory_source() takes it.
[[nodiscard]] std::string_view default_source() noexcept;

/// Source `macos`.
/// @error kUnsupported  this is another system.
[[nodiscard]] Result<std::unique_ptr<MemorySource>> make_macos_source_here();

/// Source `linux`.
/// @error kUnsupported  this is another system.
[[nodiscard]] Result<std::unique_ptr<MemorySource>> make_linux_source_here();

}  // namespace papr
