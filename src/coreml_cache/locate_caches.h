// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "../base/clock.h"
#include "papr/coreml_cache.h"
#include "papr/result.h"
#include "plan_clear.h"
#include "survey.h"

namespace papr {

/// Everything below the caches folder and in the temporary folder that holds compiled models,
/// measured, with what the explicit clear of its kind would make of it now. A folder that is not
/// there gives nothing; one that cannot be read is in the list with `why` saying so.
/// @error as `survey`.
[[nodiscard]] Result<std::vector<CachePlace>> locate_caches(const CacheOptions& options,
                                                            const CacheOwnership& ownership,
                                                            Breadth breadth, WallTime now,
                                                            const SurveyProgress& progress = {});

}  // namespace papr
