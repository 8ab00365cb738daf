// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../cloud/cloud_client.h"
#include "papr/client.h"

namespace papr {

/// A search as it is put to the API: every filter is sent, none is left out.
[[nodiscard]] CloudQuery cloud_query_of(const std::string& query, const SearchOptions& options);

/// The API's memories as hits; a score that was not sent is NaN.
[[nodiscard]] std::vector<Hit> hits_of(const CloudAnswer& answer);

}  // namespace papr
