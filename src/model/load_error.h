// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_policy.h"
#include "papr/result.h"

namespace papr {

/// What an error of loading or predicting means, first by its text, then by its code. Core ML's
/// codes differ between versions of macOS; the texts do not. Pure.
/// Returns one of kBadCacheEntry, kTransient, kUnfit, kPredictionFailed, kBadPackage,
/// kUnknownError.
[[nodiscard]] StepOutcome outcome_of(const Error& error);

}  // namespace papr
