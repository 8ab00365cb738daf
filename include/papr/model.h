// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "papr/result.h"

namespace papr {

/// Where a loaded model really runs.
enum class Placement { kUnknown, kCpu, kGpu, kNeuralEngine };

/// As in JSON output: "unknown", "cpu", "gpu", "neural_engine".
[[nodiscard]] std::string_view name_of(Placement placement) noexcept;

/// Whether a model runs where it should.
enum class OnAccelerator { kOn, kNotOn, kUnknown };

/// As in JSON output: "on", "not_on", "unknown".
[[nodiscard]] std::string_view name_of(OnAccelerator answer) noexcept;
[[nodiscard]] OnAccelerator on_accelerator(Placement placement) noexcept;

/// Which parts of the machine a model may run on (PAPR_COREML_COMPUTE_UNITS). A runtime that has
/// the CPU alone runs all of them there.
enum class ComputeUnits { kAll, kCpuAndNeuralEngine, kCpuAndGpu, kCpuOnly };

/// As Core ML's tools name them: "ALL", "CPU_AND_NE", "CPU_AND_GPU", "CPU_ONLY".
[[nodiscard]] std::string_view name_of(ComputeUnits units) noexcept;

/// What to make of a model that was tried, worst last.
enum class ModelVerdict {
  kGood,
  kSlow,         ///< right outputs, but over its budget
  kWrongOutput,  ///< not finite, nothing but zeros, or of a wrong size
};

/// As in JSON output: "good", "slow", "wrong_output".
[[nodiscard]] std::string_view name_of(ModelVerdict verdict) noexcept;

/// How a loaded model did on a few predictions.
struct Verification {
  Placement placement = Placement::kUnknown;
  double first_ms = 0;   ///< of the first prediction, which may specialise the model
  double warm_ms = 0;    ///< median of the predictions after the first; 0: there was none
  double budget_ms = 0;  ///< what it was held to
  bool output_ok = true;
  std::string problem;  ///< what is wrong with the output; empty when nothing is

  [[nodiscard]] ModelVerdict verdict() const noexcept {
    if (!output_ok) return ModelVerdict::kWrongOutput;
    return warm_ms <= budget_ms ? ModelVerdict::kGood : ModelVerdict::kSlow;
  }
  [[nodiscard]] bool good() const noexcept { return verdict() == ModelVerdict::kGood; }
};

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
  /// Of an int32 input that is looked up in a table, as token ids are in that of the embeddings:
  /// how many rows it has. Values are [-rows, rows), negative ones from its end. nullopt: not
  /// known.
  std::optional<std::int64_t> table_rows;
  /// The only shapes that it may have, of those that `shape` allows; empty: all of them.
  std::vector<std::vector<std::int64_t>> allowed = {};
  bool optional = false;  ///< of an input: a prediction can do without it
};

/// What a package says about itself. Filled by the backend that read it.
struct ModelInfo {
  std::string kind;  ///< "mlprogram"; on Core ML also "neuralnetwork", "other"
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::string function = {};                ///< which one of the package; empty where it has none
  std::vector<std::string> functions = {};  ///< all that it has, sorted
};

/// One input of a prediction: row-major values that the caller keeps alive during `run`.
struct TensorView {
  std::string_view name;
  ElementType type = ElementType::kInt32;
  std::span<const std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< product of `shape` × size_bytes_of(type)
};

/// One output of a prediction, row-major.
struct Tensor {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;
};

/// A model in memory, ready to predict. Safe to call from several threads; runs are serialised.
class LoadedModel {
 public:
  virtual ~LoadedModel() = default;

  [[nodiscard]] virtual const ModelInfo& info() const noexcept = 0;

  /// Predicts once. Every input of `info()` that is not optional must be given, in any order.
  /// @error kInvalidArgument  an input is missing, unknown, of another type, its shape is not one
  /// of
  ///                          the model's, or a value is no row of its table; the message names it.
  /// @error kUnavailable      the runtime refused this time.
  [[nodiscard]] virtual Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) = 0;

  /// Predicts once for each, in order: what an accelerator does faster at one go.
  /// @error as run, of the first that fails.
  [[nodiscard]] virtual Result<std::vector<std::vector<Tensor>>> run_batch(
      std::span<const std::vector<TensorView>> batch) {
    std::vector<std::vector<Tensor>> answers;
    for (const auto& inputs : batch) {
      auto answer = run(inputs);
      if (!answer) return std::unexpected(answer.error());
      answers.push_back(std::move(*answer));
    }
    return answers;
  }

  [[nodiscard]] virtual Placement placement() const noexcept = 0;
};

}  // namespace papr
