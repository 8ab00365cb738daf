// SPDX-License-Identifier: Apache-2.0
#include "text_fields.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "../../base/hex.h"
#include "../../base/sha256.h"

namespace papr {
namespace {

constexpr std::string_view kEnd = "end ";
constexpr std::size_t kHashDigits = 64;

bool is_plain(char c) { return c > ' ' && c < '\x7f' && c != '%'; }

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.hex();
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  if (text.front() < '0' || text.front() > '9') return std::nullopt;  // a sign
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_sha256(std::string_view text) {
  return text.size() == kHashDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (is_plain(c)) {
      text += c;
    } else {
      text += '%' + hex_of(std::as_bytes(std::span(&c, 1)));
    }
  }
  return text;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    unsigned value = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return std::nullopt;
    bytes += static_cast<char>(value);
    i += 2;
  }
  if (escaped(bytes) != text) return std::nullopt;  // each name has one spelling
  return bytes;
}

std::string with_checksum(std::string body) {
  const std::string sum = sha256_of(body);
  return std::move(body) + std::string(kEnd) + sum + '\n';
}

std::optional<std::string_view> without_checksum(std::string_view text) {
  constexpr std::size_t kLastLine = kEnd.size() + kHashDigits + 1;
  if (text.size() < kLastLine) return std::nullopt;
  const auto body = text.substr(0, text.size() - kLastLine);
  const auto last = text.substr(body.size());
  if (!body.empty() && body.back() != '\n') return std::nullopt;
  if (!last.starts_with(kEnd) || last.back() != '\n') return std::nullopt;
  if (last.substr(kEnd.size(), kHashDigits) != sha256_of(body)) return std::nullopt;
  return body;
}

}  // namespace papr
