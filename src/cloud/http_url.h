// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// An http or https address, read by libcurl's own parser: what we judge is what it will ask.
struct HttpUrl {
  std::string text;    ///< complete and normalised, with a path
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< in lower case; IPv6 in brackets
  int port = 0;        ///< the scheme's own when none was given
};

/// @error kInvalidArgument  no http(s) address, or one with a user name, a fragment or characters
///                          outside of printable ASCII. The message never holds the address.
[[nodiscard]] Result<HttpUrl> parse_http_url(std::string_view text);

/// An address that keys and queries may be sent to.
/// @error kInvalidArgument  as above; with a query; or plain http to another machine, which would
///                          show both to it and to all between.
[[nodiscard]] Result<HttpUrl> parse_base_url(std::string_view text);

/// Where `location`, relative or not, leads from `base`.
[[nodiscard]] Result<HttpUrl> resolve(const HttpUrl& base, std::string_view location);

/// `url` with a final slash on its path where it has none, then `path`, which starts without one.
[[nodiscard]] std::string join(const HttpUrl& url, std::string_view path);

/// Scheme, host and port, the port only where it is not the scheme's own. For messages.
[[nodiscard]] std::string origin_of(const HttpUrl& url);
[[nodiscard]] bool same_origin(const HttpUrl& one, const HttpUrl& other);

/// Whether what is sent there stays on this machine: localhost, 127.0.0.0/8, [::1].
[[nodiscard]] bool is_loopback(const HttpUrl& url);

}  // namespace papr
