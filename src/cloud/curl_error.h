// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "papr/result.h"

namespace papr {

/// What libcurl's `code`, which is not CURLE_OK, means. `words` is what it wrote to its error
/// buffer; empty: its general text for the code is taken.
[[nodiscard]] Error curl_error(CURLcode code, std::string_view words);

}  // namespace papr
