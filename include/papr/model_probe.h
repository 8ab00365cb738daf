// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "papr/result.h"

namespace papr {

// A model runtime can end the process that it runs in, or hang in it: Core ML aborts on a
// half-built entry of its cache. With GuardOptions::probe_command a model that was not verified
// good on this build of the OS is first compiled, loaded and tried in a child process; what that
// meets is evidence, and not the end of your program.
//
// The child is the same program, since the caches of Core ML go by program: what the child has
// compiled, its parent finds there.

/// To be called before all else in `main`: in a child that was started for a probe, it does the
/// probe's work and gives the exit code to return. Nothing in any other process.
[[nodiscard]] std::optional<int> run_as_model_probe(int argc, const char* const* argv);

/// How this program is started for a probe, for GuardOptions::probe_command. Where what a child has
/// compiled is to be found again, name a folder for it: ClientOptions::compiled_models.
/// @error kInvalidArgument  run_as_model_probe was not called: a child would do what `main` does.
/// @error kUnavailable      the system does not say which file this program is.
[[nodiscard]] Result<std::vector<std::string>> model_probe_command();

}  // namespace papr
