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

/// Tokens of one run, padding included but for the rounding up, that keep its memory within some
/// 100 MB for a model of MiniLM's size. A single longer text still gets a run.
inline constexpr std::size_t kTokensPerRun = 8192;

/// A run's length is a multiple of this where the model allows it. A runtime plans anew and keeps
/// memory for every shape that it meets: 64 of them instead of 512 for MiniLM, and seven tokens of
/// padding at most cost less than can be measured (docs/decisions/0001-the-ground.md).
inline constexpr std::size_t kTokensStep = 8;

/// Divides texts of these token counts into runs; every text is in exactly one. Texts of like
/// length share a run: where the model takes any length, padding adds at most a fifth to it, and
/// then what rounds it up to the next step.
[[nodiscard]] std::vector<Batch> plan_batches(std::span<const std::size_t> lengths,
                                              const EmbeddingShape& shape);

}  // namespace papr
