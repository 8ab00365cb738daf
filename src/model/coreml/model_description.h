// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <CoreML/CoreML.h>

#include <optional>

#include "papr/model.h"
#include "papr/result.h"
#include "strided_values.h"

namespace papr {

/// nullopt: values that we do not read.
[[nodiscard]] std::optional<ValueType> value_type_of(MLMultiArrayDataType type);

/// What a model says of its inputs and outputs, sorted by name: Core ML gives them in no order. An
/// optional input of a kind that we cannot give is left out. May throw as Core ML does.
/// @error kUnsupported  an input or output is no array, or its values are none that we give; or
///                      the model keeps a state between predictions. The message names it.
[[nodiscard]] Result<ModelInfo> model_info_of(MLModelDescription* description);

}  // namespace papr
