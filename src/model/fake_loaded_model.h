// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model_backend.h"

namespace papr {

/// Builds a float32 tensor from its values. For tests.
inline Tensor float_tensor(std::string name, std::vector<std::int64_t> shape,
                           std::span<const float> values) {
  const auto bytes = std::as_bytes(values);
  return {.name = std::move(name),
          .type = ElementType::kFloat32,
          .shape = std::move(shape),
          .bytes = {bytes.begin(), bytes.end()}};
}

/// The values of an int32 input.
inline std::vector<std::int32_t> int32_values(const TensorView& tensor) {
  std::vector<std::int32_t> values(tensor.bytes.size() / sizeof(std::int32_t));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

/// A model that answers as its script says, and holds its caller to the contract of `run`.
class FakeLoadedModel final : public LoadedModel {
 public:
  using Script = std::function<Result<std::vector<Tensor>>(std::span<const TensorView>)>;

  FakeLoadedModel(ModelInfo info, Script script)
      : info_(std::move(info)), script_(std::move(script)) {}

  const ModelInfo& info() const noexcept override { return info_; }
  Placement placement() const noexcept override { return Placement::kCpu; }

  Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) override {
    for (const TensorInfo& wanted : info_.inputs) {
      const auto given = std::ranges::find(inputs, wanted.name, &TensorView::name);
      if (given == inputs.end()) return refuse(wanted.name, "is missing");
      if (!fits(*given, wanted)) return refuse(wanted.name, "is of a wrong type, shape or size");
      if (!in_table(*given, wanted)) return refuse(wanted.name, "has a value beyond its table");
    }
    if (inputs.size() != info_.inputs.size()) return refuse(inputs.back().name, "is unknown");
    return script_(inputs);
  }

 private:
  static bool fits(const TensorView& given, const TensorInfo& wanted) {
    if (given.type != wanted.type || given.shape.size() != wanted.shape.size()) return false;
    std::size_t bytes = size_bytes_of(given.type);
    for (std::size_t axis = 0; axis < wanted.shape.size(); ++axis) {
      if (!wanted.shape[axis].contains(given.shape[axis])) return false;
      bytes *= static_cast<std::size_t>(given.shape[axis]);
    }
    return bytes == given.bytes.size();
  }

  static bool in_table(const TensorView& given, const TensorInfo& wanted) {
    return !wanted.table_rows || std::ranges::all_of(int32_values(given), [&](std::int32_t value) {
      return -*wanted.table_rows <= value && value < *wanted.table_rows;
    });
  }

  static std::unexpected<Error> refuse(std::string_view input, std::string_view why) {
    return fail(ErrorCode::kInvalidArgument,
                "run model: input \"" + std::string(input) + "\" " + std::string(why));
  }

  ModelInfo info_;
  Script script_;
};

/// Info of a text embedding model with inputs of [batch, tokens] and one output.
inline ModelInfo text_model_info(AxisRange batch, AxisRange tokens, TensorInfo output) {
  return {.kind = "mlprogram",
          .inputs = {{"input_ids", ElementType::kInt32, {batch, tokens}},
                     {"attention_mask", ElementType::kInt32, {batch, tokens}}},
          .outputs = {std::move(output)}};
}

/// Embeds by counting: [row][id % dim] += 1 for every id that the mask lets through. So a vector
/// depends on its own text alone, and padding that leaks into it shows.
inline Result<std::vector<Tensor>> bag_of_ids(std::span<const TensorView> inputs,
                                              const std::string& output, std::size_t dim) {
  const auto ids = int32_values(*std::ranges::find(inputs, "input_ids", &TensorView::name));
  const auto mask = int32_values(*std::ranges::find(inputs, "attention_mask", &TensorView::name));
  const auto rows = static_cast<std::size_t>(inputs[0].shape[0]);
  const std::size_t tokens = ids.size() / rows;
  std::vector<float> values(rows * dim);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto place = static_cast<std::size_t>(ids[i]) % dim;
    values[i / tokens * dim + place] += static_cast<float>(mask[i]);
  }
  return std::vector{float_tensor(
      output, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(dim)}, values)};
}

}  // namespace papr
