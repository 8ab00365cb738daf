// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "papr/result.h"

namespace papr {

/// What an HTTP status other than 2xx means for a search; `words` are the server's, made safe.
[[nodiscard]] Error status_error(int status, const std::string& words);

}  // namespace papr
