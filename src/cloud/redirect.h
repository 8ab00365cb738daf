// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "http_transport.h"

namespace papr {

/// The request that a redirecting answer to `request` leads to, or nothing when the answer is the
/// last one: no redirect, or one that cannot be followed safely.
///
/// 301, 302 and 303 are followed by GET without the body, 307 and 308 as the request was. To
/// another scheme, host or port go only Accept and User-Agent: no key, no header that we do not
/// know, and never a body, so 307 and 308 are not followed there. Nor is the way from https to
/// http.
[[nodiscard]] std::optional<HttpRequest> redirected(const HttpRequest& request,
                                                    const HttpResponse& response);

}  // namespace papr
