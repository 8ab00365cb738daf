// SPDX-License-Identifier: Apache-2.0
#include "text_line.h"

#include <algorithm>

#include "utf8.h"

namespace papr {
namespace {

// Marks that change the order in which a terminal shows what follows, or are not seen at all:
// U+200B, U+200E, U+200F, U+202A to U+202E, U+2060, U+2066 to U+2069, U+FEFF. Joiners stay: words
// of some scripts and many emoji need them.
bool reorders(std::string_view character) {
  if (character.size() != 3) return false;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (at(0) == 0xEF) return at(1) == 0xBB && at(2) == 0xBF;
  if (at(0) != 0xE2) return false;
  if (at(1) == 0x80) {
    return at(2) == 0x8B || at(2) == 0x8E || at(2) == 0x8F || (at(2) >= 0xAA && at(2) <= 0xAE);
  }
  return at(1) == 0x81 && (at(2) == 0xA0 || (at(2) >= 0xA6 && at(2) <= 0xA9));
}

}  // namespace

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
    if (reorders(text.substr(i, length))) {
      i += length;
      continue;
    }
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
