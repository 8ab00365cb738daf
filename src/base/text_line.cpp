// SPDX-License-Identifier: Apache-2.0
#include "text_line.h"

#include <algorithm>

#include "utf8.h"

namespace papr {

std::string one_line(std::string_view text, std::size_t most_characters) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD, for what is not UTF-8
  std::string line;
  std::size_t characters = 0;
  bool blank_due = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_character_length(text.substr(i));
    // C0, DEL, and C1 (U+0080 to U+009F are 0xC2 0x80 to 0xC2 0x9F).
    const bool control =
        lead <= 0x20 || lead == 0x7F ||
        (lead == 0xC2 && length == 2 && static_cast<unsigned char>(text[i + 1]) < 0xA0);
    if (control) {
      blank_due = !line.empty();
      i += length;
      continue;
    }
    const std::size_t needed = blank_due ? 2 : 1;
    if (characters + needed > most_characters) {
      if (!line.empty()) line += "…";
      return line;
    }
    if (blank_due) line += ' ';
    blank_due = false;
    line += length == 0 ? kReplacement : text.substr(i, length);
    characters += needed;
    i += std::max<std::size_t>(length, 1);
  }
  return line;
}

}  // namespace papr
