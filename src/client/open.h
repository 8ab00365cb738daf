// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "../model/model_backend.h"
#include "papr/client.h"

namespace papr {

using MakeBackend = std::function<std::unique_ptr<ModelBackend>(const BackendOptions&)>;

/// Client::open with a backend of the caller's: a drill brings one that fails on purpose.
[[nodiscard]] Result<Client> open_client(const ClientOptions& options,
                                         const MakeBackend& make_backend);

}  // namespace papr
