// SPDX-License-Identifier: Apache-2.0
#include "gate.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <ranges>

#include "../base/ascii_text.h"
#include "search_response.h"

namespace papr::serve {
namespace {

/// The value of a header that may come once; nothing when it is not there, or there twice.
std::optional<std::string_view> only_value(const RequestHead& head, const std::string& name) {
  const auto [first, last] = head.headers.equal_range(name);
  if (first == last || std::next(first) != last) return std::nullopt;
  return first->second;
}

bool has(const RequestHead& head, const std::string& name) { return head.headers.contains(name); }

bool is_address(const std::string& name) {
  in6_addr ignored{};
  if (name.starts_with('[') && name.ends_with(']')) {
    return ::inet_pton(AF_INET6, name.substr(1, name.size() - 2).c_str(), &ignored) == 1;
  }
  return ::inet_pton(AF_INET, name.c_str(), &ignored) == 1;
}

bool host_allowed(std::string_view host, const GateRules& rules) {
  const std::size_t name_end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  const std::string name = ascii_lower(host.substr(0, name_end));
  const std::string_view rest = host.substr(std::min(name.size(), host.size()));
  if (!rest.empty() && rest != ":" + std::to_string(rules.port)) return false;
  return std::ranges::find(rules.host_names, name) != rules.host_names.end() ||
         (rules.any_address && is_address(name));
}

bool has_token(const RequestHead& head, const GateRules& rules) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto key = only_value(head, "x-api-key");
  const auto authorization = only_value(head, "authorization");
  const bool by_key = key && equal_in_constant_time(*key, rules.token);
  const bool by_bearer = authorization && authorization->starts_with(kBearer) &&
                         equal_in_constant_time(authorization->substr(kBearer.size()), rules.token);
  return by_key || by_bearer;
}

HttpResponse wrong_method(const char* allowed) {
  HttpResponse response = detail_response(405, "Method Not Allowed");
  response.headers.emplace("Allow", allowed);
  return response;
}

HttpResponse who_we_are() {
  const nlohmann::ordered_json json{{"name", "papr serve"}, {"version", PAPR_SERVE_VERSION}};
  return {.status = 200, .body = json.dump(), .headers = {}};
}

std::optional<HttpResponse> refuse_body(const RequestHead& head, const GateRules& rules) {
  if (has(head, "transfer-encoding") || !has(head, "content-length")) {
    return error_response(411, "Content-Length is required, and no Transfer-Encoding");
  }
  const auto text = only_value(head, "content-length").value_or("");
  std::size_t bytes = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, bytes);
  if (read.ec == std::errc::invalid_argument || read.ptr != end) {
    return error_response(400, "Content-Length is not one number");
  }
  if (read.ec != std::errc() || bytes > rules.longest_body_bytes) {
    return error_response(
        413, "the body is longer than " + std::to_string(rules.longest_body_bytes) + " bytes");
  }
  // Compressed, a small body could be an endless one.
  if (only_value(head, "content-type") != "application/json" || has(head, "content-encoding")) {
    return error_response(415, "Content-Type must be exactly application/json");
  }
  return std::nullopt;
}

}  // namespace

bool equal_in_constant_time(std::string_view one, std::string_view other) noexcept {
  // volatile: the compiler must not stop at the first difference.
  volatile unsigned difference = one.size() == other.size() ? 0U : 1U;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const char c = other.empty() ? '\0' : other[i % other.size()];
    difference = difference | static_cast<unsigned char>(one[i] ^ c);
  }
  return difference == 0;
}

std::optional<HttpResponse> refuse_stranger(const RequestHead& head, const GateRules& rules) {
  const auto host = only_value(head, "host");
  if (!host || !host_allowed(*host, rules)) {
    return error_response(403, "this server is not known by the name in Host");
  }
  if (has(head, "origin") && only_value(head, "origin") != "http://" + std::string(*host)) {
    return error_response(403, "pages of another origin may not ask");
  }
  if (!has_token(head, rules)) {
    HttpResponse response = error_response(401, "Invalid authentication token");
    response.headers.emplace("WWW-Authenticate", "Bearer");
    return response;
  }
  return std::nullopt;
}

std::optional<HttpResponse> answer_without_body(const RequestHead& head, const GateRules& rules) {
  if (head.path == "/") return head.method == "GET" ? who_we_are() : wrong_method("GET");
  if (head.path != kSearchPath) return detail_response(404, "Not Found");
  if (head.method != "POST") return wrong_method("POST");
  return refuse_body(head, rules);
}

}  // namespace papr::serve
