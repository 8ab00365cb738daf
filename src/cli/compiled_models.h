// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "../coreml_cache/cache_clear.h"
#include "../coreml_cache/compiled_models/compiled_model_store.h"
#include "papr/coreml_cache.h"
#include "papr/result.h"

namespace papr::cli {

// The models that papr itself compiled and keeps, told as the caches of Core ML are.

/// Nothing where none are kept. A folder that cannot be read is a place that says so.
[[nodiscard]] std::optional<CachePlace> place_of(const CompiledModelStore& store);

/// What removing all of them did, or with `dry_run` would do. Those in use go with their last user.
/// @error kUnavailable  the folder cannot be read.
[[nodiscard]] Result<ClearReport> clear_all(const CompiledModelStore& store, bool dry_run);

}  // namespace papr::cli
