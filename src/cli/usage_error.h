// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "papr/result.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace papr::cli {

/// What is wrong with `arguments`, which `app` has refused with `refusal`. Names a command that
/// there is none of, and options as they were written.
[[nodiscard]] Error usage_error(const CLI::App& app, const CLI::ParseError& refusal,
                                const std::vector<std::string>& arguments);

}  // namespace papr::cli
