// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cloud_client.h"
#include "http_headers.h"
#include "http_url.h"

namespace papr {
namespace {

constexpr const char* kDefaultBaseUrl = "https://memory.papr.ai";

// Set by the client for every request: another value would break its framing, or make the API
// refuse it.
constexpr std::array<std::string_view, 10> kOurHeaders = {"accept-encoding",
                                                          "connection",
                                                          "content-length",
                                                          "content-type",
                                                          "expect",
                                                          "host",
                                                          "te",
                                                          "trailer",
                                                          "transfer-encoding",
                                                          "upgrade"};

std::string value_of(const Environment& environment, const char* name) {
  return environment(name).value_or("");
}

std::unexpected<Error> fail_variable(std::string_view name, std::string_view what,
                                     std::string remedy = {}) {
  return fail(ErrorCode::kInvalidArgument, "read " + std::string(name) + ": " + std::string(what),
              std::move(remedy));
}

Result<std::string> secret_of(const Environment& environment, const char* name) {
  std::string secret = value_of(environment, name);
  if (is_header_value(secret)) return secret;
  return fail_variable(name, "a line end, control character or character outside of ASCII in it",
                       "set it again, without the line end of the file that it came from");
}

Result<std::string> base_url_of(const Environment& environment) {
  constexpr const char* kName = "PAPR_BASE_URL";
  std::string text = value_of(environment, kName);
  if (text.empty()) text = kDefaultBaseUrl;
  const auto url = parse_base_url(text);
  if (!url) return fail_variable(kName, url.error().message, url.error().remedy);
  return url->text;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\v\f";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// One `Name: value` a line, split at the first colon; lines without one are ignored, as the SDK
// does.
Result<HttpHeaders> custom_headers_of(const Environment& environment) {
  constexpr const char* kName = "PAPR_CUSTOM_HEADERS";
  const std::string text = value_of(environment, kName);
  HttpHeaders headers;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_header_name(name)) return fail_variable(kName, "a name that no header can have");
    if (!is_header_value(value)) {
      return fail_variable(kName, "a control character or character outside of ASCII in a value");
    }
    const auto same = [&](std::string_view ours) { return same_header_name(ours, name); };
    if (std::ranges::any_of(kOurHeaders, same)) {
      return fail_variable(kName, "a header that the client itself has to set",
                           "leave out Content-Type, Content-Length, Accept-Encoding, Host and what "
                           "frames the request");
    }
    set_header(headers, name, std::string(value));
  }
  return headers;
}

}  // namespace

Result<std::optional<CloudCredentials>> cloud_credentials_of(const Environment& environment) {
  auto key = secret_of(environment, "PAPR_MEMORY_API_KEY");
  if (!key) return std::unexpected(key.error());
  if (key->empty()) return std::nullopt;
  auto session = secret_of(environment, "PAPR_MEMORY_Session_Token");
  if (!session) return std::unexpected(session.error());
  auto bearer = secret_of(environment, "PAPR_MEMORY_BEARER_TOKEN");
  if (!bearer) return std::unexpected(bearer.error());
  auto base_url = base_url_of(environment);
  if (!base_url) return std::unexpected(base_url.error());
  auto headers = custom_headers_of(environment);
  if (!headers) return std::unexpected(headers.error());
  return CloudCredentials{.base_url = std::move(*base_url),
                          .api_key = std::move(*key),
                          .session_token = std::move(*session),
                          .bearer_token = std::move(*bearer),
                          .custom_headers = std::move(*headers)};
}

}  // namespace papr
