// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace papr {

/// Where a loaded model really runs.
enum class Placement { kUnknown, kCpu, kGpu, kNeuralEngine };

/// As in JSON output: "unknown", "cpu", "gpu", "neural_engine".
[[nodiscard]] std::string_view name_of(Placement placement) noexcept;

enum class ElementType { kInt32, kFloat16, kFloat32 };

/// As in JSON output: "int32", "float16", "float32".
[[nodiscard]] std::string_view name_of(ElementType type) noexcept;
[[nodiscard]] std::size_t size_bytes_of(ElementType type) noexcept;

/// The lengths one axis of a tensor may have. Fixed where both ends are equal.
struct AxisRange {
  std::int64_t shortest = 1;
  std::optional<std::int64_t> longest;  ///< nullopt: no upper bound is known

  [[nodiscard]] bool fixed() const noexcept { return longest == shortest; }
  [[nodiscard]] bool contains(std::int64_t length) const noexcept {
    return length >= shortest && (!longest || length <= *longest);
  }
  bool operator==(const AxisRange&) const = default;
};

/// One input or output of a model. `shape` has one entry per axis, outermost first.
struct TensorInfo {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<AxisRange> shape;
};

/// What a package says about itself. Filled by the backend that read it.
struct ModelInfo {
  std::string kind;  ///< "mlprogram"
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
};

}  // namespace papr
