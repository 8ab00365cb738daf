// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace papr {

/// Bytes of the character that starts `text`; 0 when none does, as at the end. Shortest forms only,
/// no surrogates, nothing above U+10FFFF (RFC 3629, section 4).
[[nodiscard]] std::size_t utf8_character_length(std::string_view text) noexcept;

/// Bytes of `text` before the first that is not UTF-8 (RFC 3629); `text.size()` when all is.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text) noexcept;

}  // namespace papr
