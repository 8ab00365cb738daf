// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace papr {

/// "1.2 GB": decimal units, as the Finder has them.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// "12,345": a number as people read it.
[[nodiscard]] std::string with_thousands(std::uint64_t number);

}  // namespace papr
