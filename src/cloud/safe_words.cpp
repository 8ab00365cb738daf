// SPDX-License-Identifier: Apache-2.0
#include "safe_words.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "../base/ascii_text.h"
#include "../base/utf8.h"

namespace papr {
namespace {

constexpr std::size_t kPieceBytes = 8;
constexpr std::size_t kWordOnlyBytes = 4;
// More is cut before it is searched: the messages of a server are not worth more time.
constexpr std::size_t kMostSearchedBytes = 4096;
constexpr std::string_view kHidden = "[hidden]";

char32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  char32_t code = byte(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) code = (code << 6) | (byte(i) & 0x3FU);
  return code;
}

// Controls, and what changes how text is shown without being seen: Unicode's bidirectional and zero
// width characters, line and paragraph separators, the byte order mark.
bool is_blank(char32_t code) {
  return code <= 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0xAD || code == 0x61C ||
         (code >= 0x2000 && code <= 0x200F) || (code >= 0x2028 && code <= 0x202F) ||
         (code >= 0x205F && code <= 0x206F) || code == 0x3000 || code == 0xFEFF ||
         (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F);
}

// One line: what is_blank says becomes one space, what is no UTF-8 a question mark.
std::string one_line(std::string_view text) {
  std::string line;
  bool space = false;
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    const std::string_view character = length == 0 ? "?" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
    if (is_blank(code_point(character))) {
      space = true;
      continue;
    }
    if (space && !line.empty()) line += ' ';
    space = false;
    line += character;
  }
  return line;
}

bool in_word(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
         static_cast<unsigned char>(letter) >= 0x80;
}

bool stands_alone(std::string_view line, std::size_t from, std::size_t to) {
  return (from == 0 || !in_word(line[from - 1])) && (to == line.size() || !in_word(line[to]));
}

template <class Visit>
void for_each_word(std::string_view line, Visit visit) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && in_word(line[end])) ++end;
    if (end > at) visit(at, line.substr(at, end - at));
    at = std::max(end, at + 1);
  }
}

// Which bytes of a line repeat a secret.
class Marks {
 public:
  explicit Marks(std::string_view line) : line_(line), marked_(line.size(), false) {
    for (std::size_t at = 0; at + kPieceBytes <= line.size(); ++at) {
      pieces_.emplace(line.substr(at, kPieceBytes), at);
    }
    for_each_word(line, [&](std::size_t at, std::string_view word) { words_.emplace(word, at); });
  }

  void mark(std::string_view secret) {
    mark_words(secret);
    if (secret.size() < kPieceBytes) return mark_short(secret);
    for (std::size_t at = 0; at + kPieceBytes <= secret.size(); ++at) {
      const auto [first, last] = pieces_.equal_range(secret.substr(at, kPieceBytes));
      std::for_each(first, last, [&](const auto& found) { set(found.second, kPieceBytes); });
    }
  }

  [[nodiscard]] bool operator[](std::size_t at) const { return marked_[at]; }

 private:
  // Of a query that was long a server may quote a single word. Nobody can tell that from a word
  // that the server would have used anyway, so both are hidden.
  void mark_words(std::string_view secret) {
    for_each_word(secret, [&](std::size_t, std::string_view word) {
      if (word.size() < kWordOnlyBytes) return;
      const auto [first, last] = words_.equal_range(word);
      std::for_each(first, last, [&](const auto& found) { set(found.second, word.size()); });
    });
  }

  void mark_short(std::string_view secret) {
    if (secret.empty()) return;
    for (std::size_t at = line_.find(secret); at != std::string_view::npos;
         at = line_.find(secret, at + 1)) {
      if (secret.size() >= kWordOnlyBytes || stands_alone(line_, at, at + secret.size())) {
        set(at, secret.size());
      }
    }
  }

  void set(std::size_t from, std::size_t count) {
    std::fill_n(marked_.begin() + static_cast<std::ptrdiff_t>(from), count, true);
  }

  std::string_view line_;
  std::vector<bool> marked_;
  std::unordered_multimap<std::string_view, std::size_t> pieces_;  // and where they begin
  std::unordered_multimap<std::string_view, std::size_t> words_;   // likewise
};

std::string hide(const std::string& line, std::span<const std::string> secrets) {
  const std::string small = ascii_lower(line);
  Marks marks(small);
  for (const std::string& secret : secrets) marks.mark(ascii_lower(one_line(secret)));
  std::string shown;
  bool hiding = false;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = utf8_character_length(std::string_view(line).substr(at));
    bool hidden = false;
    for (std::size_t i = at; i < at + length; ++i) hidden = hidden || marks[i];
    if (hidden && !hiding) shown += kHidden;
    if (!hidden) shown.append(line, at, length);
    hiding = hidden;
    at += length;
  }
  return shown;
}

}  // namespace

std::string safe_words(std::string_view words, std::span<const std::string> secrets,
                       std::size_t longest_bytes) {
  std::string shown = hide(one_line(words.substr(0, kMostSearchedBytes)), secrets);
  if (shown.size() <= longest_bytes) return shown;
  shown.resize(valid_utf8_prefix(std::string_view(shown).substr(0, longest_bytes)));
  return shown + "...";
}

}  // namespace papr
