// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../model/model_backend.h"

namespace papr::cli {

/// The body of `main`: the command line on the process's own streams, with this model runtime.
/// Returns the exit code, or ends the process where work is left that would never end. Does the
/// work of a child process where that is what it was started for. `before`: what stands between the
/// name of the program and `arguments`.
[[nodiscard]] int run_process(const std::vector<std::string>& arguments,
                              const MakeModelBackend& make_backend,
                              const std::vector<std::string>& before = {});

}  // namespace papr::cli
