// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace papr {

/// Untrusted text as one line, for a terminal or as part of a message: control characters (C0, DEL
/// and C1, escape sequences among them) and runs of white space become one blank, marks that turn
/// the direction of writing or are not seen are left out, what is not UTF-8 becomes U+FFFD; cut at
/// `most_characters` code points with "…". 500 are enough for a message.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t most_characters = 500);

}  // namespace papr
