// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context.h"
#include "settings.h"

namespace papr::cli {

/// `papr model check`: loads the model, predicts with it, and says where it runs, how fast, whether
/// what comes out makes sense, and what to do where it does not. kDegraded for a model that is over
/// its budget or wrong, kFailed for one that does not run. `function`: which; empty: its default.
[[nodiscard]] ExitCode check(const std::string& function, Context& context,
                             const GlobalOptions& global);

}  // namespace papr::cli
