// SPDX-License-Identifier: Apache-2.0
#include "listen_address.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "../base/ascii_text.h"

namespace papr::serve {
namespace {

bool may_be_in_a_host(unsigned char c) {
  return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto refused = [text] {
    return fail(ErrorCode::kInvalidArgument,
                "read address \"" + std::string(text) + "\": not HOST:PORT",
                "write it like 127.0.0.1:8377 or [::1]:8377; port 0 takes any free one");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused();
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // A bare "::1" would be read as the host "::" with port 1.
  if (host.empty() || host.contains(':') != bracketed) return refused();
  if (!std::ranges::all_of(host, may_be_in_a_host)) return refused();

  ListenAddress address{.host = ascii_lower(host), .port = 0};
  const std::string_view port = text.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size()) return refused();
  return address;
}

std::string host_text(std::string_view host) {
  return host.contains(':') ? "[" + std::string(host) + "]" : std::string(host);
}

}  // namespace papr::serve
