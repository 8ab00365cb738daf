// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model_entry.h"

namespace papr {

struct FilledEntry {
  HeldEntry held;
  std::uint64_t bytes = 0;
};

/// Has `fill` make the model in a folder that nobody looks into, and publishes that in one step,
/// held from its first moment on. For whoever has the key's lock, where there is no entry. Leaves
/// nothing when it fails, or when `fill` throws. Errors as `CompiledModelStore::put`.
[[nodiscard]] Result<FilledEntry> fill_entry(const OpenStore& store, const ModelKey& key,
                                             const FillModel& fill, std::uint64_t expected_bytes);

}  // namespace papr
