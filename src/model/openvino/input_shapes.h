// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coreml_schema.h"
#include "papr/model.h"
#include "papr/result.h"
#include "program_function.h"

namespace papr {

/// The lengths that each axis of an input may have. A program says only which axes are flexible;
/// how far is in the model's description.
///
/// Of enumerated shapes the shortest and the longest of each axis are taken.
/// @error kCorrupt      there is no such input, or its ranges contradict each other or the program.
/// @error kUnsupported  the input is no tensor.
[[nodiscard]] Result<std::vector<AxisRange>> input_shape(
    const FeatureDescriptions& described_inputs, const mil::NamedValueType& input);

}  // namespace papr
