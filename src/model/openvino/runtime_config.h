// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openvino/core/any.hpp>
#include <openvino/runtime/core.hpp>
#include <string>

#include "../model_backend.h"

namespace papr {

/// What OpenVINO is told for every model.
[[nodiscard]] ov::AnyMap make_config(const BackendOptions& options);

/// All that a compiled model depends on beside its package, as text to be hashed: OpenVINO's
/// build, the CPU, the configuration, and our own translation, which the build file names.
[[nodiscard]] std::string compiler_identity(ov::Core& core, const ov::AnyMap& config);

}  // namespace papr
