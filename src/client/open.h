// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../model/model_backend.h"
#include "papr/client.h"

namespace papr {

/// Client::open with a backend of the caller's: a drill brings one that fails on purpose.
[[nodiscard]] Result<Client> open_client(const ClientOptions& options,
                                         const MakeModelBackend& make_backend);

}  // namespace papr
