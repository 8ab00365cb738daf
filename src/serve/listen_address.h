// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "papr/result.h"

namespace papr::serve {

struct ListenAddress {
  std::string host;        ///< a name or an address, in lower case; IPv6 without brackets
  std::uint16_t port = 0;  ///< 0: any free one
};

/// Reads "127.0.0.1:8377", "localhost:0" or "[::1]:8377".
/// @error kInvalidArgument  anything else.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

/// "127.0.0.1" or "[::1]", as a Host header and a URL have it.
[[nodiscard]] std::string host_text(std::string_view host);

}  // namespace papr::serve
