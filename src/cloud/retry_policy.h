// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "../base/clock.h"
#include "http_transport.h"

namespace papr {

struct RetryBudget {
  int made = 0;     ///< retries so far, without the first attempt
  int allowed = 2;  ///< as the SDK's max_retries
};

/// How long to wait before asking again, or nothing when `outcome` is final: the SDK's policy
/// (Papr Python SDK 2.25.0). It is the whole policy: the loop that waits has no rules of its own.
///
/// Tried again are 408, 409, 429, 500 and up, no connection, a broken one and a late answer; an
/// `x-should-retry` header on an error status says otherwise either way. An answer that is no HTTP
/// or too long would be so again. The server's `retry-after-ms` or else `Retry-After` (seconds or
/// date) is kept to if above 0 and at most 60 s; else 0.5 s, doubled each time up to 8 s, less up
/// to a quarter.
/// @param jitter  in [0, 1): takes that share of the quarter off.
[[nodiscard]] std::optional<std::chrono::milliseconds> next_wait(
    RetryBudget budget, const Result<HttpResponse>& outcome, WallTime now, double jitter);

}  // namespace papr
