// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../model/model_backend.h"
#include "papr/result.h"
#include "tokenizer.h"

namespace papr {

/// The vector of one text.
struct Embedding {
  std::vector<float> values;  ///< shape [dim], L2 norm 1 ± 1e-3
  std::size_t tokens = 0;     ///< special tokens included
  bool truncated = false;     ///< the text was longer than the model takes; its tail did not count
};

/// What of a model's shapes matters to an embedder. Pure, from `ModelInfo` alone.
struct EmbeddingShape {
  std::string ids_input;      ///< int32 [batch, tokens]
  std::string mask_input;     ///< int32 [batch, tokens]; 1 for a token, 0 for padding
  std::string vector_output;  ///< [batch, dim], or [batch, tokens, dim] when `pooled` is false
  bool pooled = true;         ///< false: the mean over the masked tokens is ours to take
  std::size_t dim = 0;
  AxisRange batch;
  AxisRange tokens;
};

/// Chooses inputs by name and the output by shape.
/// @error kUnsupported  this is not a text embedding model; the message says what is missing.
[[nodiscard]] Result<EmbeddingShape> embedding_shape_of(const ModelInfo& info);

/// Text to vector: tokenize, run, pool, normalise. Safe to call from several threads.
class Embedder {
 public:
  /// @error kMismatch  the tokenizer's limit exceeds what the model takes.
  [[nodiscard]] static Result<Embedder> make(std::unique_ptr<LoadedModel> model,
                                             Tokenizer tokenizer);

  /// @error kInvalidArgument  not UTF-8. kCorrupt: the model gave NaN, zeros or another dimension.
  [[nodiscard]] Result<Embedding> embed(std::string_view text) const;

  /// As many runs as needed; rows of like length share one where the shapes allow it. Result [i]
  /// belongs to `texts[i]`. The first error ends it.
  [[nodiscard]] Result<std::vector<Embedding>> embed(std::span<const std::string> texts) const;

  [[nodiscard]] const EmbeddingShape& shape() const noexcept { return shape_; }
  [[nodiscard]] const LoadedModel& model() const noexcept { return *model_; }

 private:
  Embedder(std::unique_ptr<LoadedModel> model, Tokenizer tokenizer, EmbeddingShape shape);

  std::unique_ptr<LoadedModel> model_;
  Tokenizer tokenizer_;
  EmbeddingShape shape_;
};

}  // namespace papr
