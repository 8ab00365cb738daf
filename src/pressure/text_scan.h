// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace papr {

/// One line of a text, without its end. `ended` says whether there was one: a line that the text
/// stops in the middle of may have lost digits.
struct TextLine {
  std::string_view text;
  bool ended = false;
};

/// Walks over the lines of a text, ended by LF or CRLF. A byte order mark at its start, as editors
/// put there, is passed over.
class TextLines {
 public:
  explicit TextLines(std::string_view text) noexcept : rest_(text) {
    if (constexpr std::string_view kMark = "\xEF\xBB\xBF"; rest_.starts_with(kMark)) {
      rest_.remove_prefix(kMark.size());
    }
  }

  [[nodiscard]] std::optional<TextLine> next() noexcept {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    TextLine line{.text = rest_.substr(0, end), .ended = end != std::string_view::npos};
    rest_.remove_prefix(line.ended ? end + 1 : rest_.size());
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    return line;
  }

 private:
  std::string_view rest_;
};

[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Drops `prefix` from the start of `text`; false when it does not stand there.
[[nodiscard]] inline bool take(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes the digits at the start of `text`; nothing when there are none or too many for 64 bits.
[[nodiscard]] inline std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// Takes a number like "12", "12.25" or, as some locales print it, "12,25". By hand: libc++ has no
/// from_chars for double yet.
[[nodiscard]] inline std::optional<double> take_decimal(std::string_view& text) noexcept {
  std::string_view rest = text;
  const auto whole = take_number(rest);
  if (!whole) return std::nullopt;
  double value = static_cast<double>(*whole);
  if (rest.starts_with('.') || rest.starts_with(',')) {
    rest.remove_prefix(1);
    const std::size_t digits = rest.size();
    const auto decimals = take_number(rest);
    if (!decimals) return std::nullopt;
    double share = static_cast<double>(*decimals);
    for (std::size_t i = rest.size(); i < digits; ++i) share /= 10;
    value += share;
  }
  text = rest;
  return value;
}

}  // namespace papr
