// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "papr/memory_store.h"
#include "papr/result.h"
#include "sqlite.h"
#include "vector_matrix.h"

namespace papr {

/// The `limit` memories closest to `query` ([dim], norm 1 ± 1e-6), best first, equal scores by id.
/// `matrix` is of the snapshot of the caller's transaction.
/// @error kCorrupt  a row is damaged, or vectors and memories do not belong together.
[[nodiscard]] Result<std::vector<Hit>> search(const Database& database, const VectorMatrix& matrix,
                                              std::span<const float> query, std::size_t limit,
                                              const MemoryFilter& filter);

}  // namespace papr
