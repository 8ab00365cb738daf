// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace papr {

/// Where a cut leaves the tokens before it as they are in the whole text.
struct CutRule {
  bool before_space = false;      ///< U+0020
  bool before_line = false;       ///< tab, line feed, carriage return
  bool before_ideograph = false;  ///< U+3400..U+4DB5 and U+4E00..U+9FA5

  bool operator==(const CutRule&) const = default;
};

/// The first safe place in `text` (UTF-8) at or after `at_least` bytes; `text.size()` when there is
/// none.
///
/// A cut at white space is always at the start of a run of it: a token to the right may swallow the
/// whole run (`lstrip` in a tokenizer.json), and how a run is tokenised depends on its end.
[[nodiscard]] std::size_t next_cut(std::string_view text, std::size_t at_least,
                                   const CutRule& rule) noexcept;

}  // namespace papr
