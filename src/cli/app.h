// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "context.h"

namespace papr::cli {

/// The whole program: reads `arguments` (without the program's name), runs the command, prints.
/// Never throws and never exits.
[[nodiscard]] ExitCode run(std::vector<std::string> arguments, Context& context) noexcept;

}  // namespace papr::cli
