// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "cloud_client.h"

namespace papr {

/// What the API answered: hits, or why there are none. `attempts` is left at 1.
///
/// Unknown keys are passed over, missing ones and null are empty; a text field that is no text is
/// given as its JSON. A 404 with the search envelope means no hits. An error envelope inside a 200
/// counts as the status that it names. `metadata` that is text is read as JSON; what is no object
/// then becomes {"metadata": it}.
/// @error  as CloudClient::search says, by status. kCorrupt: no JSON, deeper than 64 levels, or of
///         another shape. Messages hold the server's words only as safe_words gives them.
[[nodiscard]] Result<CloudAnswer> read_search_response(const HttpResponse& response,
                                                       std::size_t limit,
                                                       std::span<const std::string> secrets);

}  // namespace papr
