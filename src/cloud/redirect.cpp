// SPDX-License-Identifier: Apache-2.0
#include "redirect.h"

#include "http_headers.h"
#include "http_url.h"

namespace papr {
namespace {

bool becomes_get(int status) { return status == 301 || status == 302 || status == 303; }
bool stays_as_it_is(int status) { return status == 307 || status == 308; }

bool tells_nothing(std::string_view header) {
  return same_header_name(header, "accept") || same_header_name(header, "user-agent");
}

}  // namespace

std::optional<HttpRequest> redirected(const HttpRequest& request, const HttpResponse& response) {
  if (!becomes_get(response.status) && !stays_as_it_is(response.status)) return std::nullopt;
  const std::string* const location = find_header(response.headers, "location");
  const auto from = parse_http_url(request.url);
  if (location == nullptr || !from) return std::nullopt;
  const auto to = resolve(*from, *location);
  if (!to || (from->scheme == "https" && to->scheme == "http")) return std::nullopt;

  HttpRequest next = request;
  next.url = to->text;
  if (becomes_get(response.status)) {
    next.method = "GET";
    next.body.clear();
    std::erase_if(next.headers,
                  [](const auto& one) { return same_header_name(one.first, "content-type"); });
  }
  if (same_origin(*from, *to)) return next;
  if (!next.body.empty()) return std::nullopt;
  std::erase_if(next.headers, [](const auto& one) { return !tells_nothing(one.first); });
  return next;
}

}  // namespace papr
