// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <CoreML/CoreML.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "papr/result.h"
#include "plan_placement.h"

namespace papr {

/// How Core ML means to run a compiled model. It is asked in the background; an answer that comes
/// after `limit` is dropped. `function` is empty for the only one or the one named "main".
///
/// `compiled` has to be a folder `*.mlmodelc`: given a package Core ML ends the process
/// (apple/coremltools#2757). May throw as Core ML does.
/// @error kTimeout      no answer within the limit.
/// @error kUnsupported  a macOS before 14.4 cannot say.
/// @error as error_of   Core ML would not say.
[[nodiscard]] Result<std::vector<PlannedOperation>> read_compute_plan(
    const std::filesystem::path& compiled, MLModelConfiguration* configuration,
    const std::string& function, std::chrono::milliseconds limit);

}  // namespace papr
