// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cloud_client.h"

namespace papr {

/// What the API is sent for `query`; its deadline is not set. Source: the requests that the Papr
/// Python SDK 2.25.0 sends, tests/data/papr/requests.
///
/// A filter of `query.metadata` goes under the name that the API has for it, a list where the API
/// wants one, and into customMetadata where it has none.
/// @error kInvalidArgument  a blank query, a text that is not UTF-8, or a base URL that
/// parse_base_url refuses.
[[nodiscard]] Result<HttpRequest> search_request_of(const CloudCredentials& credentials,
                                                    const CloudQuery& query);

/// Every text of a request that must not come back in a message: keys, query, filters, user.
[[nodiscard]] std::vector<std::string> secrets_of(const CloudCredentials& credentials,
                                                  const CloudQuery& query);

}  // namespace papr
