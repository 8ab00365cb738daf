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

}  // namespace papr::cli
