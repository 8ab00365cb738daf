// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace papr {

/// What another program said, fit for one of our messages: one line of UTF-8 without control
/// characters or invisible ones, at most `longest_bytes` and "..." long, and with "[hidden]" in
/// place of every secret that it repeats.
///
/// Hidden are a whole secret, in any case of its ASCII letters, every piece of eight bytes or more
/// of one, and each of its words of four bytes or more where it stands as a word: servers cut what
/// they quote. A word that a server uses anyway is hidden when the query has it too. A secret of
/// less than four bytes is hidden only where it stands as a word, or a query "a" would blank the
/// message. What was encoded (as %20) between such pieces is not found.
[[nodiscard]] std::string safe_words(std::string_view words, std::span<const std::string> secrets,
                                     std::size_t longest_bytes = 200);

}  // namespace papr
