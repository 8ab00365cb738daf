// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "../base/clock.h"
#include "papr/memory_store.h"
#include "papr/result.h"
#include "sqlite.h"

namespace papr {

/// What a batch did to the table `vectors`.
struct RowsPut {
  PutOutcome outcome;
  struct Changed {
    std::int64_t key;
    std::size_t index;  ///< of the batch
  };
  std::vector<Changed> changed;
};

/// Inserts or replaces by id within the caller's transaction. `vectors[i]` belongs to
/// `memories[i]` and is what is stored.
[[nodiscard]] Result<RowsPut> put_rows(const Database& database,
                                       std::span<const EmbeddedMemory> memories,
                                       std::span<const std::vector<float>> vectors, WallTime now);

}  // namespace papr
