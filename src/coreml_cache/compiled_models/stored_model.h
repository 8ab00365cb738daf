// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "../../base/clock.h"
#include "compiled_model_key.h"
#include "papr/result.h"

namespace papr {

/// One model of a store, as `CompiledModelStore::usage` gives it.
struct StoredModel {
  ModelKey key;
  std::uint64_t bytes = 0;  ///< of its files; 0 where its manifest cannot be read
  WallTime last_use;        ///< when it was last found or put
  bool in_use = false;      ///< by any process
  bool whole = false;       ///< false: removed and still in use, or damaged; it is not found
  /// Why it cannot be told what this is. It then counts as in use, and not as whole.
  std::optional<Error> problem = {};
};

[[nodiscard]] std::uint64_t bytes_of(const std::vector<StoredModel>& models);

/// The highest generation of this model that there is, whole or not; nothing where there is none.
/// `key`'s own generation does not matter. The next one is a path that no runtime has seen.
[[nodiscard]] std::optional<std::uint32_t> newest_generation(const std::vector<StoredModel>& models,
                                                             const ModelKey& key);

/// Those that are not in use and of which a newer generation is there, whole.
[[nodiscard]] std::vector<StoredModel> outdated(const std::vector<StoredModel>& models);

/// What to remove, in this order, until the rest is no more than `limit_bytes`: what was not used
/// for the longest time first, nothing that is in use.
[[nodiscard]] std::vector<StoredModel> evicted(std::vector<StoredModel> models,
                                               std::uint64_t limit_bytes);

}  // namespace papr
