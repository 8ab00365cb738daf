// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openvino/runtime/profiling_info.hpp>
#include <span>
#include <vector>

#include "../planned_operation.h"

namespace papr {

/// What OpenVINO measured of predictions: each operation that it ran, in order, with its share of
/// the time. Those that it has melted into others are left out. Pure.
[[nodiscard]] std::vector<PlannedOperation> measured_operations(
    std::span<const ov::ProfilingInfo> measured);

}  // namespace papr
