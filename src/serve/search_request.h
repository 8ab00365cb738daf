// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "http_message.h"
#include "papr/client.h"

namespace papr::serve {

struct SearchRequest {
  std::string query;  ///< not blank, UTF-8
  SearchOptions options;
};

/// Reads a search of the Papr API. What it asks for is in the options, or it is refused: a filter
/// that is not understood is never left out. Null and false ask for nothing.
///
/// Metadata values are strings, numbers and booleans, and compare as `MemoryFilter` says.
/// @error the answer to send: 400 for a blank query, 422 for everything else.
[[nodiscard]] std::expected<SearchRequest, HttpResponse> search_request_of(
    std::string_view body, const Fields& parameters);

}  // namespace papr::serve
