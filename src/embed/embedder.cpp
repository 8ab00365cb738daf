// SPDX-License-Identifier: Apache-2.0
#include "embedder.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "../model/shape_text.h"
#include "pooling.h"

namespace papr {
namespace {

/// Inputs of one run, each row-major [rows, tokens].
struct InputRows {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> mask;
  std::vector<std::int32_t> zeros;  ///< token types; empty where the model takes none
  std::array<std::int64_t, 2> shape;
};

InputRows pad(const Batch& batch, std::span<const Tokens> tokens, std::int32_t pad_id, bool types) {
  const std::size_t size = batch.rows * batch.tokens;
  InputRows inputs{
      std::vector(size, pad_id),
      std::vector<std::int32_t>(size, 0),
      std::vector<std::int32_t>(types ? size : 0, 0),
      {static_cast<std::int64_t>(batch.rows), static_cast<std::int64_t>(batch.tokens)}};
  for (std::size_t row = 0; row < batch.rows; ++row) {
    // A row that only fills the shape repeats the first: with an empty mask, a model may divide by
    // zero and slow down on what is not a number.
    const std::size_t text = row < batch.texts.size() ? batch.texts[row] : batch.texts.front();
    const auto start = static_cast<std::ptrdiff_t>(row * batch.tokens);
    std::ranges::copy(tokens[text].ids, inputs.ids.begin() + start);
    std::fill_n(inputs.mask.begin() + start, tokens[text].ids.size(), 1);
  }
  return inputs;
}

std::vector<TensorView> views_of(const InputRows& rows, const EmbeddingShape& shape) {
  const auto view = [&](std::string_view name, const std::vector<std::int32_t>& values) {
    return TensorView{name, ElementType::kInt32, rows.shape, std::as_bytes(std::span(values))};
  };
  std::vector<TensorView> views{view(shape.ids_input, rows.ids), view(shape.mask_input, rows.mask)};
  if (!rows.zeros.empty()) views.push_back(view(shape.type_ids_input, rows.zeros));
  return views;
}

constexpr const char* kNoTokensRemedy = "give it a word, and not control characters alone";

/// The vectors of a run: [rows, dim], or [rows, tokens, dim] where the model has not pooled.
Result<std::vector<float>> vectors_in(const std::vector<Tensor>& outputs,
                                      const EmbeddingShape& shape, const Batch& batch) {
  const auto output = std::ranges::find(outputs, shape.vector_output, &Tensor::name);
  if (output == outputs.end()) {
    return fail(ErrorCode::kCorrupt, "run model: no output \"" + shape.vector_output + '"');
  }
  std::vector<std::int64_t> wanted{static_cast<std::int64_t>(batch.rows)};
  if (!shape.pooled) wanted.push_back(static_cast<std::int64_t>(batch.tokens));
  wanted.push_back(static_cast<std::int64_t>(shape.dim));
  if (output->shape != wanted) {
    return fail(ErrorCode::kCorrupt, "run model: output \"" + output->name + "\" has shape " +
                                         shape_text(output->shape) + ", not " + shape_text(wanted));
  }
  return float_values(*output);
}

/// How many of the runs are asked for in one call: as many as hold the tokens of one large run.
std::size_t at_once(std::span<const Batch> batches) {
  std::size_t count = 0;
  std::size_t tokens = 0;
  for (const Batch& batch : batches) {
    tokens += batch.rows * batch.tokens;
    if (count > 0 && tokens > kTokensPerRun) break;
    ++count;
  }
  return count;
}

std::unexpected<Error> in_text(std::size_t text, const Error& error) {
  return while_doing("embed text " + std::to_string(text), error);
}

}  // namespace

Embedder::Embedder(std::unique_ptr<LoadedModel> model, Tokenizer tokenizer, EmbeddingShape shape)
    : model_(std::move(model)), tokenizer_(std::move(tokenizer)), shape_(std::move(shape)) {}

Result<Embedder> Embedder::make(std::unique_ptr<LoadedModel> model, Tokenizer tokenizer) {
  auto shape = embedding_shape_of(model->info());
  if (!shape) return std::unexpected(shape.error());
  const auto& longest = shape->tokens.longest;
  if (longest && std::cmp_greater(tokenizer.max_tokens(), *longest)) {
    return fail(ErrorCode::kMismatch, "join tokenizer and model: texts of up to " +
                                          std::to_string(tokenizer.max_tokens()) +
                                          " tokens, but the model takes " +
                                          std::to_string(*longest));
  }
  if (shape->known_ids && tokenizer.largest_id() >= *shape->known_ids) {
    return fail(ErrorCode::kMismatch,
                "join tokenizer and model: token ids up to " +
                    std::to_string(tokenizer.largest_id()) + ", but the model knows " +
                    std::to_string(*shape->known_ids) + " tokens",
                "put the tokenizer.json of this very model beside its package");
  }
  return Embedder(std::move(model), std::move(tokenizer), std::move(*shape));
}

Result<Embedding> Embedder::embed(std::string_view text) const {
  auto tokens = tokenizer_.encode(text);
  if (!tokens) return std::unexpected(tokens.error());
  if (tokens->ids.empty()) {
    return fail(ErrorCode::kInvalidArgument, "embed text: it has no tokens", kNoTokensRemedy);
  }
  const std::size_t length = tokens->ids.size();
  const auto batches = plan_batches({&length, 1}, shape_);
  auto vectors = run(batches, {&*tokens, 1});
  if (!vectors) return std::unexpected(vectors.error());
  return Embedding{std::move(vectors->front().front()), length, tokens->truncated};
}

Result<std::vector<Embedding>> Embedder::embed(std::span<const std::string> texts) const {
  std::vector<Tokens> tokens;
  std::vector<std::size_t> lengths;
  for (const std::string& text : texts) {
    auto of_text = tokenizer_.encode(text);
    if (!of_text) return in_text(tokens.size(), of_text.error());
    if (of_text->ids.empty()) {
      return in_text(tokens.size(),
                     {ErrorCode::kInvalidArgument, "it has no tokens", kNoTokensRemedy});
    }
    lengths.push_back(of_text->ids.size());
    tokens.push_back(std::move(*of_text));
  }
  std::vector<Embedding> embeddings(texts.size());
  const auto batches = plan_batches(lengths, shape_);
  auto vectors = run(batches, tokens);
  if (!vectors) return std::unexpected(vectors.error());
  for (std::size_t i = 0; i < batches.size(); ++i) {
    for (std::size_t row = 0; row < batches[i].texts.size(); ++row) {
      const std::size_t text = batches[i].texts[row];
      embeddings[text] = {std::move((*vectors)[i][row]), lengths[text], tokens[text].truncated};
    }
  }
  return embeddings;
}

Result<std::vector<Embedder::Vectors>> Embedder::run(std::span<const Batch> batches,
                                                     std::span<const Tokens> tokens) const {
  std::vector<Vectors> all;
  while (all.size() < batches.size()) {
    const auto group = batches.subspan(all.size());
    auto vectors = run_at_once(group.first(at_once(group)), tokens);
    if (!vectors) return std::unexpected(vectors.error());
    std::ranges::move(*vectors, std::back_inserter(all));
  }
  return all;
}

Result<std::vector<Embedder::Vectors>> Embedder::run_at_once(std::span<const Batch> batches,
                                                             std::span<const Tokens> tokens) const {
  std::vector<InputRows> rows;
  for (const Batch& batch : batches) {
    rows.push_back(pad(batch, tokens, tokenizer_.pad_id(), !shape_.type_ids_input.empty()));
  }
  std::vector<std::vector<TensorView>> inputs;
  for (const InputRows& of_batch : rows) inputs.push_back(views_of(of_batch, shape_));
  const auto outputs = model_->run_batch(inputs);
  if (!outputs) return std::unexpected(outputs.error());
  std::vector<Vectors> all;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    auto vectors = read((*outputs)[i], batches[i], tokens);
    if (!vectors) return std::unexpected(vectors.error());
    all.push_back(std::move(*vectors));
  }
  return all;
}

Result<Embedder::Vectors> Embedder::read(const std::vector<Tensor>& outputs, const Batch& batch,
                                         std::span<const Tokens> tokens) const {
  const auto values = vectors_in(outputs, shape_, batch);
  if (!values) return std::unexpected(values.error());

  const std::size_t row_size = values->size() / batch.rows;
  Vectors vectors;
  for (std::size_t row = 0; row < batch.texts.size(); ++row) {
    const auto of_row = std::span(*values).subspan(row * row_size, row_size);
    const std::size_t length = tokens[batch.texts[row]].ids.size();
    auto vector =
        shape_.pooled ? unit_vector(of_row) : unit_vector(mean_of_rows(of_row, length, shape_.dim));
    if (!vector) return while_doing("read \"" + shape_.vector_output + '"', vector.error());
    vectors.push_back(std::move(*vector));
  }
  return vectors;
}

}  // namespace papr
