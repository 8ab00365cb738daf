// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../model/model_backend.h"
#include "batch_plan.h"
#include "embedding_shape.h"
#include "papr/result.h"
#include "tokenizer.h"

namespace papr {

/// The vector of one text.
struct Embedding {
  std::vector<float> values;  ///< shape [dim], L2 norm 1 ± 1e-3
  std::size_t tokens = 0;     ///< special tokens included
  bool truncated = false;     ///< the text was longer than the model takes; its tail did not count
};

/// Text to vector: tokenize, run, pool, normalise. Safe to call from several threads.
class Embedder {
 public:
  /// @error kMismatch     the tokenizer's limit or its ids exceed what the model takes.
  /// @error kUnsupported  as embedding_shape_of.
  [[nodiscard]] static Result<Embedder> make(std::unique_ptr<LoadedModel> model,
                                             Tokenizer tokenizer);

  /// @error kInvalidArgument  not UTF-8, or it has no tokens at all.
  /// @error kCorrupt          the model gave NaN, zeros or another dimension.
  [[nodiscard]] Result<Embedding> embed(std::string_view text) const;

  /// As many runs as needed; rows of like length share one where the shapes allow it. Result [i]
  /// belongs to `texts[i]`. The first error ends it.
  [[nodiscard]] Result<std::vector<Embedding>> embed(std::span<const std::string> texts) const;

  [[nodiscard]] const EmbeddingShape& shape() const noexcept { return shape_; }
  [[nodiscard]] const LoadedModel& model() const noexcept { return *model_; }

 private:
  using Vectors = std::vector<std::vector<float>>;  // one for each text of a batch

  [[nodiscard]] Result<std::vector<Vectors>> run(std::span<const Batch> batches,
                                                 std::span<const Tokens> tokens) const;
  [[nodiscard]] Result<std::vector<Vectors>> run_at_once(std::span<const Batch> batches,
                                                         std::span<const Tokens> tokens) const;
  [[nodiscard]] Result<Vectors> read(const std::vector<Tensor>& outputs, const Batch& batch,
                                     std::span<const Tokens> tokens) const;

  Embedder(std::unique_ptr<LoadedModel> model, Tokenizer tokenizer, EmbeddingShape shape);

  std::unique_ptr<LoadedModel> model_;
  Tokenizer tokenizer_;
  EmbeddingShape shape_;
};

}  // namespace papr
