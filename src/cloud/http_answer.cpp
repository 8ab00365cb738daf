// SPDX-License-Identifier: Apache-2.0
#include "http_answer.h"

#include <utility>

#include "../base/ascii_text.h"

namespace papr {
namespace {

constexpr std::size_t kMostHeadBytes = std::size_t{256} << 10;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

bool HttpAnswer::take_line(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kMostHeadBytes) {
    too_long_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();
    head_ended_ = false;
    return true;
  }
  if (head_ended_) return true;
  if (trim(line).empty()) {
    head_ended_ = true;
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.emplace_back(ascii_lower(trim(line.substr(0, colon))),
                                 std::string(trim(line.substr(colon + 1))));
  return true;
}

bool HttpAnswer::take_body(std::string_view bytes) {
  if (bytes.size() > body_limit_bytes_ - response_.body.size()) {
    too_long_ = true;
    return false;
  }
  response_.body += bytes;
  return true;
}

HttpResponse HttpAnswer::finish(int status) && {
  response_.status = status;
  return std::move(response_);
}

}  // namespace papr
