// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "../model/model_backend.h"
#include "embedder.h"
#include "papr/result.h"

namespace papr {

/// An embedder and the name that its vectors go by.
struct OpenedEmbedder {
  Embedder embedder;
  std::string fingerprint;  ///< of package and tokenizer; see fingerprint.h
};

/// Loads a package and the `tokenizer.json` beside it.
/// @error as ModelBackend::load, Tokenizer::open and Embedder::make.
[[nodiscard]] Result<OpenedEmbedder> open_embedder(ModelBackend& backend,
                                                   const std::filesystem::path& package);

}  // namespace papr
