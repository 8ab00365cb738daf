// SPDX-License-Identifier: Apache-2.0
#include "http_headers.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "../base/ascii_text.h"

namespace papr {
namespace {

bool is_token_letter(char letter) noexcept {
  const char small = ascii_lower(letter);
  return (small >= 'a' && small <= 'z') || (letter >= '0' && letter <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(letter);
}

}  // namespace

bool same_header_name(std::string_view one, std::string_view other) noexcept {
  return std::ranges::equal(one, other,
                            [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

bool is_header_name(std::string_view name) noexcept {
  return !name.empty() && std::ranges::all_of(name, is_token_letter);
}

bool is_header_value(std::string_view value) noexcept {
  return std::ranges::all_of(value, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

const std::string* find_header(const HttpHeaders& headers, std::string_view name) noexcept {
  for (const auto& header : std::views::reverse(headers)) {
    if (same_header_name(header.first, name)) return &header.second;
  }
  return nullptr;
}

void set_header(HttpHeaders& headers, std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return same_header_name(header.first, name); });
  headers.emplace_back(name, std::move(value));
}

}  // namespace papr
