// SPDX-License-Identifier: Apache-2.0
#include "text_cutter.h"

#include <algorithm>

namespace papr {
namespace {

bool continues_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool is_ascii_space(char byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/// Of the characters U+0800..U+FFFF, which is all that is asked here; 0 for every other.
char32_t three_byte_character(std::string_view text, std::size_t at) noexcept {
  if (at + 3 > text.size() || (static_cast<unsigned char>(text[at]) & 0xF0) != 0xE0) return 0;
  const auto bits = [&](std::size_t i, unsigned mask) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]) & mask);
  };
  return (bits(0, 0x0F) << 12) | (bits(1, 0x3F) << 6) | bits(2, 0x3F);
}

/// Ideographs that Unicode has had since 3.0. BertNormalizer sets younger ones apart as well, but
/// its tables may hold them for unassigned and delete them first.
bool starts_ideograph(std::string_view text, std::size_t at) noexcept {
  const char32_t c = three_byte_character(text, at);
  return (c >= 0x3400 && c <= 0x4DB5) || (c >= 0x4E00 && c <= 0x9FA5);
}

/// Whether the character that ends at `at` is of Unicode's White_Space or an ASCII control, which
/// some normalisers delete and others take for white space.
bool ends_after_space(std::string_view text, std::size_t at) noexcept {
  std::size_t start = at - 1;
  while (start > 0 && continues_character(text[start])) --start;
  const auto lead = static_cast<unsigned char>(text[start]);
  if (lead < 0x80) return lead <= 0x20 || lead == 0x7F;
  const std::string_view character = text.substr(start, at - start);
  if (character == "\xC2\x85" || character == "\xC2\xA0") return true;
  const char32_t c = three_byte_character(text, start);
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool is_safe(std::string_view text, std::size_t at, const CutRule& rule) noexcept {
  if (is_ascii_space(text[at])) {
    return (text[at] == ' ' ? rule.before_space : rule.before_line) && !ends_after_space(text, at);
  }
  return rule.before_ideograph && starts_ideograph(text, at);
}

}  // namespace

std::size_t next_cut(std::string_view text, std::size_t at_least, const CutRule& rule) noexcept {
  if (rule == CutRule{}) return text.size();
  // Nothing stands before the first character that could be kept.
  for (std::size_t at = std::max<std::size_t>(at_least, 1); at < text.size(); ++at) {
    if (!continues_character(text[at]) && is_safe(text, at, rule)) return at;
  }
  return text.size();
}

}  // namespace papr
