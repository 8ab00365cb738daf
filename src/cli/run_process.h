// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../model/model_backend.h"

namespace papr::cli {

/// The body of `main`: the command line on the process's own streams, with this model runtime.
/// Returns the exit code, or ends the process where work is left that would never end.
[[nodiscard]] int run_process(
    const std::vector<std::string>& arguments,
    const std::function<std::unique_ptr<ModelBackend>(const BackendOptions&)>& make_backend);

}  // namespace papr::cli
