// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "vector_matrix.h"

namespace papr {

struct ScoredRow {
  std::size_t row = 0;  ///< of the matrix
  double score = 0;     ///< cosine in double precision of the float32 vectors, [-1, 1]
};

/// The `limit` rows closest to `query` ([dim], norm 1 ± 1e-6) by cosine, best first. Rows that tie
/// with the last are all in it, so it may be longer. The same as a scan in double precision.
[[nodiscard]] std::vector<ScoredRow> closest_rows(const VectorMatrix& matrix,
                                                  std::span<const float> query, std::size_t limit);

/// The same among `rows` only, which ascend.
[[nodiscard]] std::vector<ScoredRow> closest_rows(const VectorMatrix& matrix,
                                                  std::span<const float> query, std::size_t limit,
                                                  std::span<const std::size_t> rows);

}  // namespace papr
