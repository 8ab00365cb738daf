// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "model_backend.h"

namespace papr {

/// What a child's command line has before the words of its request.
inline constexpr const char* kProbeWord = "--papr-model-probe";
/// How a child ends that could not try the model. Anything else without an answer is the model's
/// doing.
inline constexpr int kProbeNotBegun = 75;  // EX_TEMPFAIL of sysexits.h

/// The child's side of a probe: where `arguments` (without the program's name) are those of one, it
/// tries the model, writes its answer to standard output and gives the exit code. What a runtime
/// prints goes to standard error. Ends the process when its parent is gone.
[[nodiscard]] std::optional<int> run_probe_child(std::span<const std::string> arguments,
                                                 const MakeModelBackend& make_backend);

}  // namespace papr
