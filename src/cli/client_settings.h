// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "context.h"
#include "papr/client.h"
#include "settings.h"

namespace papr::cli {

/// How a client is to work, from the environment: PAPR_CLOUD, PAPR_HEDGE_AFTER, the API's address
/// and key, the pressure's and the guard's settings. Model, store and sink are not filled in.
/// @error kInvalidArgument  a value does not parse; the message names the variable.
[[nodiscard]] Result<ClientOptions> client_settings(const Context& context);

/// How the guard is to work, from the environment: PAPR_CACHE_CLEAR, PAPR_CACHE_COOLDOWN,
/// PAPR_LATENCY_BUDGET, PAPR_ALLOW_CPU, PAPR_APP_ID and PAPR_CACHES_DIR.
/// @error kInvalidArgument  as above.
[[nodiscard]] Result<GuardOptions> guard_settings(const Context& context);

}  // namespace papr::cli
