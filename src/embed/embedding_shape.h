// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "papr/model.h"
#include "papr/result.h"

namespace papr {

/// What of a model's shapes matters to an embedder. Pure, from `ModelInfo` alone.
struct EmbeddingShape {
  std::string ids_input;       ///< int32 [batch, tokens]
  std::string mask_input;      ///< int32 [batch, tokens]; 1 for a token, 0 for padding
  std::string type_ids_input;  ///< int32 [batch, tokens], all zeros; empty where there is none
  std::string vector_output;   ///< [batch, dim], or [batch, tokens, dim] when `pooled` is false
  bool pooled = true;          ///< false: the mean over the masked tokens is ours to take
  std::size_t dim = 0;
  AxisRange batch;
  AxisRange tokens;
  std::optional<std::int64_t> known_ids;  ///< ids below this have an embedding; nullopt: not known
};

/// Chooses inputs by name and the output by shape: a single [batch, dim] goes before a single
/// [batch, tokens, dim]. BERT's "pooler_output" comes last: it was trained for another task. Names
/// decide only between outputs of the same shape: "sentence_embedding", "last_hidden_state".
/// @error kUnsupported  this is not a text embedding model; the message says what is missing.
[[nodiscard]] Result<EmbeddingShape> embedding_shape_of(const ModelInfo& info);

}  // namespace papr
