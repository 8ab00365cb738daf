// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "embedding_shape.h"

namespace papr {

/// One run of the model: which texts, and the shape [rows, tokens] of its inputs.
struct Batch {
  std::vector<std::size_t> texts;  ///< indices, never empty; row i is of texts[i]
  std::size_t rows = 0;            ///< at least texts.size(); what is more only fills the shape
  std::size_t tokens = 0;          ///< at least every text's length

  bool operator==(const Batch&) const = default;
};

/// Tokens of one run, padding included, that keep its memory within some 100 MB for a model of
/// MiniLM's size. A single longer text still gets a run.
inline constexpr std::size_t kTokensPerRun = 8192;

/// Divides texts of these token counts into runs; every text is in exactly one. Texts of like
/// length share a run: where the model takes any length, padding adds at most a fifth to it.
[[nodiscard]] std::vector<Batch> plan_batches(std::span<const std::size_t> lengths,
                                              const EmbeddingShape& shape);

}  // namespace papr
