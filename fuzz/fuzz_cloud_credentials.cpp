// SPDX-License-Identifier: Apache-2.0
// First line: PAPR_BASE_URL; second: PAPR_MEMORY_API_KEY; the rest: PAPR_CUSTOM_HEADERS.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "../src/cloud/cloud_client.h"
#include "../src/cloud/http_headers.h"
#include "../src/cloud/http_url.h"

namespace {

std::string take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return std::string(line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string base_url = take_line(rest);
  const std::string key = take_line(rest);
  const std::string custom_headers(rest);
  const auto credentials =
      papr::cloud_credentials_of([&](std::string_view name) -> std::optional<std::string> {
        if (name == "PAPR_BASE_URL") return base_url;
        if (name == "PAPR_MEMORY_API_KEY") return key;
        if (name == "PAPR_CUSTOM_HEADERS") return custom_headers;
        return std::nullopt;
      });
  if (!credentials) {
    if (!credentials.error().message.starts_with("read PAPR_")) std::abort();
    return 0;
  }
  if (credentials->has_value() == key.empty()) std::abort();
  if (key.empty()) return 0;
  const auto url = papr::parse_http_url((*credentials)->base_url);
  if (!url || (url->scheme == "http" && !papr::is_loopback(*url))) std::abort();
  if (!papr::is_header_value((*credentials)->api_key)) std::abort();
  for (const auto& [name, value] : (*credentials)->custom_headers) {
    if (!papr::is_header_name(name) || !papr::is_header_value(value)) std::abort();
  }
  return 0;
}
