// SPDX-License-Identifier: Apache-2.0
#include "open_embedder.h"

#include <future>
#include <limits>
#include <utility>

#include "fingerprint.h"
#include "tokenizer.h"

namespace papr {

Result<OpenedEmbedder> open_embedder(ModelBackend& backend, const std::filesystem::path& package) {
  // Hashing the weights takes a good part of the time that compiling them does: side by side.
  auto fingerprint = std::async(std::launch::async, [&package] { return fingerprint_of(package); });
  auto model = backend.load(package, {});
  if (!model) return std::unexpected(model.error());
  const auto shape = embedding_shape_of((*model)->info());
  if (!shape) return while_doing("load \"" + package.string() + "\"", shape.error());

  constexpr std::int64_t kNoLimit = std::numeric_limits<std::int32_t>::max();
  const auto longest = static_cast<std::size_t>(shape->tokens.longest.value_or(kNoLimit));
  auto tokenizer = Tokenizer::open(tokenizer_path_of(package), longest);
  if (!tokenizer) return std::unexpected(tokenizer.error());
  auto embedder = Embedder::make(std::move(*model), std::move(*tokenizer));
  if (!embedder) return while_doing("load \"" + package.string() + "\"", embedder.error());
  auto name = fingerprint.get();
  if (!name) return std::unexpected(name.error());
  return OpenedEmbedder{std::move(*embedder), std::move(*name)};
}

}  // namespace papr
