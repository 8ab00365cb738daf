// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.h"

namespace papr::serve {

constexpr std::string_view kSearchPath = "/v1/memory/search";

/// Who may ask, and how.
struct GateRules {
  std::string token;
  std::vector<std::string> host_names;  ///< lower case, without port
  /// Any IP address is a good Host too, for a server that listens on all of them. A page that a
  /// browser was lured to with DNS rebinding always comes with a name.
  bool any_address = false;
  int port = 0;
  std::size_t longest_body_bytes = std::size_t{1} << 20;
};

/// False in a time that tells nothing about where the texts differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view one, std::string_view other) noexcept;

/// 403 for a wrong Host or a foreign Origin, 401 without the token; nothing for who may come in.
[[nodiscard]] std::optional<HttpResponse> refuse_stranger(const RequestHead& head,
                                                          const GateRules& rules);

/// What can be said before the body is read: 404, 405, and of a search 400, 411, 413 and 415.
/// Nothing for a search whose body is wanted.
[[nodiscard]] std::optional<HttpResponse> answer_without_body(const RequestHead& head,
                                                              const GateRules& rules);

}  // namespace papr::serve
