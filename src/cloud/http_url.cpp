// SPDX-License-Identifier: Apache-2.0
#include "http_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "../base/ascii_text.h"

namespace papr {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

std::unexpected<Error> fail_url(std::string what) {
  return fail(ErrorCode::kInvalidArgument, std::move(what));
}

std::optional<std::string> part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter <= '~'; });
}

Result<> set_url(CURLU* url, std::string_view text) {
  if (!printable(text)) {
    return fail_url("not an address: it has a character outside of printable ASCII");
  }
  const CURLUcode code = curl_url_set(url, CURLUPART_URL, std::string(text).c_str(), 0);
  if (code != CURLUE_OK) return fail_url("not an http or https address");
  return {};
}

Result<HttpUrl> read_parts(CURLU* handle) {
  HttpUrl url;
  url.scheme = part_of(handle, CURLUPART_SCHEME).value_or("");
  if (url.scheme != "http" && url.scheme != "https") {
    return fail_url("not an http or https address");
  }
  if (part_of(handle, CURLUPART_USER) || part_of(handle, CURLUPART_PASSWORD)) {
    return fail_url("an address with a user name or password in it");
  }
  if (part_of(handle, CURLUPART_FRAGMENT)) return fail_url("an address with a fragment");
  url.host = ascii_lower(part_of(handle, CURLUPART_HOST).value_or(""));
  // The host comes out of %-coding decoded, once each time it is read: what is left of it then
  // would be read as another host the next time.
  if (url.host.empty() || !printable(url.host) || url.host.contains('%')) {
    return fail_url("an address without a host that can be asked");
  }
  // At most five digits: the parser refuses a port above 65535.
  url.port = std::stoi(part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("0"));
  url.text = part_of(handle, CURLUPART_URL).value_or("");
  return url;
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view text) {
  const UrlHandle handle(curl_url());
  if (const auto set = set_url(handle.get(), text); !set) return std::unexpected(set.error());
  return read_parts(handle.get());
}

Result<HttpUrl> parse_base_url(std::string_view text) {
  auto url = parse_http_url(text);
  if (url && url->text.contains('?')) url = fail_url("an address with a query");
  if (!url) {
    url.error().remedy = "write it like https://memory.papr.ai";
  } else if (url->scheme == "http" && !is_loopback(*url)) {
    return fail(ErrorCode::kInvalidArgument,
                "plain http to another machine would show the key to the network",
                "use https, or reach the other machine through a tunnel to localhost");
  }
  return url;
}

Result<HttpUrl> resolve(const HttpUrl& base, std::string_view location) {
  const UrlHandle handle(curl_url());
  if (const auto set = set_url(handle.get(), base.text); !set) return std::unexpected(set.error());
  // A fragment says where on the page to look; a server is never told (RFC 9110, 10.2.2).
  location = location.substr(0, location.find('#'));
  if (const auto set = set_url(handle.get(), location); !set) return std::unexpected(set.error());
  return read_parts(handle.get());
}

std::string join(const HttpUrl& url, std::string_view path) {
  std::string joined = url.text;
  if (!joined.ends_with('/')) joined += '/';
  return joined.append(path);
}

std::string origin_of(const HttpUrl& url) {
  const int usual = url.scheme == "https" ? 443 : 80;
  const std::string port = url.port == usual ? "" : ":" + std::to_string(url.port);
  return url.scheme + "://" + url.host + port;
}

bool same_origin(const HttpUrl& one, const HttpUrl& other) {
  return one.scheme == other.scheme && one.host == other.host && one.port == other.port;
}

bool is_loopback(const HttpUrl& url) {
  if (url.host == "localhost" || url.host == "[::1]") return true;
  in_addr address{};
  if (::inet_pton(AF_INET, url.host.c_str(), &address) != 1) return false;
  return (ntohl(address.s_addr) >> 24) == 127;
}

}  // namespace papr
