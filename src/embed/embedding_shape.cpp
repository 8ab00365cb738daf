// SPDX-License-Identifier: Apache-2.0
#include "embedding_shape.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace papr {
namespace {

using namespace std::string_view_literals;

std::unexpected<Error> not_an_embedding_model(std::string why) {
  return fail(ErrorCode::kUnsupported, "use as text embedding model: " + std::move(why),
              "give a package with int32 inputs input_ids and attention_mask");
}

std::string names_of(const std::vector<TensorInfo>& tensors) {
  std::string names;
  for (const TensorInfo& tensor : tensors) names += (names.empty() ? "" : ", ") + tensor.name;
  return names.empty() ? "none" : names;
}

/// The lengths of one axis of an input. Of shapes that are listed the longest is taken, so that a
/// text of any length fits; texts are padded to it.
AxisRange lengths_of(const TensorInfo& input, std::size_t axis) {
  if (input.allowed.empty()) return input.shape[axis];
  const auto longest = std::ranges::max_element(
      input.allowed, {}, [](const std::vector<std::int64_t>& one) { return one.back(); });
  return {.shortest = (*longest)[axis], .longest = (*longest)[axis]};
}

/// The lengths that both allow, if any.
std::optional<AxisRange> common(const AxisRange& a, const AxisRange& b) {
  AxisRange both{.shortest = std::max(a.shortest, b.shortest), .longest = a.longest};
  if (b.longest) both.longest = std::min(a.longest.value_or(*b.longest), *b.longest);
  if (both.longest && *both.longest < both.shortest) return std::nullopt;
  return both;
}

Result<> read_inputs(const ModelInfo& info, EmbeddingShape& shape) {
  std::optional<AxisRange> batch = AxisRange{};
  std::optional<AxisRange> tokens = AxisRange{};
  for (const TensorInfo& input : info.inputs) {
    std::string* const place = input.name == "input_ids"        ? &shape.ids_input
                               : input.name == "attention_mask" ? &shape.mask_input
                               : input.name == "token_type_ids" ? &shape.type_ids_input
                                                                : nullptr;
    if (place == nullptr) return not_an_embedding_model("unknown input \"" + input.name + '"');
    if (input.type != ElementType::kInt32 || input.shape.size() != 2) {
      return not_an_embedding_model("input \"" + input.name + "\" is not int32 [batch, tokens]");
    }
    *place = input.name;
    if (place == &shape.ids_input) shape.known_ids = input.table_rows;
    batch = common(*batch, lengths_of(input, 0));
    tokens = common(*tokens, lengths_of(input, 1));
    if (!batch || !tokens) return not_an_embedding_model("its inputs share no shape");
  }
  for (const auto& [name, found] : {std::pair{"input_ids"sv, !shape.ids_input.empty()},
                                    std::pair{"attention_mask"sv, !shape.mask_input.empty()}}) {
    if (!found) {
      return not_an_embedding_model("no input \"" + std::string(name) +
                                    "\"; it has: " + names_of(info.inputs));
    }
  }
  shape.batch = *batch;
  shape.tokens = *tokens;
  return {};
}

/// Whether an output of this shape has one vector a row (rank 2) or a token (rank 3).
bool gives_vectors(const TensorInfo& output, std::size_t rank, const EmbeddingShape& inputs) {
  if (output.shape.size() != rank || output.type == ElementType::kInt32) return false;
  if (!output.shape.back().fixed() || !common(output.shape[0], inputs.batch)) return false;
  return rank == 2 || common(output.shape[1], inputs.tokens).has_value();
}

/// The only one, or else the one of this name.
const TensorInfo* choose(const std::vector<const TensorInfo*>& outputs, std::string_view name) {
  if (outputs.size() == 1) return outputs.front();
  const auto named =
      std::ranges::find_if(outputs, [&](const TensorInfo* output) { return output->name == name; });
  return named == outputs.end() ? nullptr : *named;
}

}  // namespace

Result<EmbeddingShape> embedding_shape_of(const ModelInfo& info) {
  EmbeddingShape shape;
  if (const auto read = read_inputs(info, shape); !read) return std::unexpected(read.error());

  std::vector<const TensorInfo*> of_rows;
  std::vector<const TensorInfo*> of_tokens;
  std::vector<const TensorInfo*> of_pooler;
  for (const TensorInfo& output : info.outputs) {
    if (gives_vectors(output, 2, shape)) {
      (output.name == "pooler_output" ? of_pooler : of_rows).push_back(&output);
    } else if (gives_vectors(output, 3, shape)) {
      of_tokens.push_back(&output);
    }
  }
  const TensorInfo* chosen = nullptr;
  if (!of_rows.empty()) {
    chosen = choose(of_rows, "sentence_embedding");
  } else if (!of_tokens.empty()) {
    chosen = choose(of_tokens, "last_hidden_state");
  } else {
    chosen = choose(of_pooler, "pooler_output");
  }
  if (chosen == nullptr) {
    return not_an_embedding_model(
        "no single output of shape [batch, dim] or [batch, tokens, dim]; it has: " +
        names_of(info.outputs));
  }
  shape.vector_output = chosen->name;
  shape.pooled = chosen->shape.size() == 2;
  shape.dim = static_cast<std::size_t>(chosen->shape.back().shortest);
  return shape;
}

}  // namespace papr
