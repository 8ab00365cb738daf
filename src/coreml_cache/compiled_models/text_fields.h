// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace papr {

/// The parts between separators: one more than there are separators.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// A decimal number in its only spelling: no sign, no zero in front, below 2^63.
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text);

/// Whether the text is 64 lowercase hex digits.
[[nodiscard]] bool is_sha256(std::string_view text);

/// Any bytes as printable ASCII without blanks: what is not is written as '%' and two hex digits.
[[nodiscard]] std::string escaped(std::string_view bytes);

/// The bytes whose `escaped` form is exactly this; nothing for any other text.
[[nodiscard]] std::optional<std::string> unescaped(std::string_view text);

/// `body`, which ends in a newline, and a last line that tells whether all of it is there.
[[nodiscard]] std::string with_checksum(std::string body);

/// The body of a text that `with_checksum` made; nothing where a byte is missing or another.
[[nodiscard]] std::optional<std::string_view> without_checksum(std::string_view text);

}  // namespace papr
