// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "papr/model.h"
#include "papr/result.h"

namespace papr {

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

  /// Predicts once. Every input of `info()` must be given, in any order.
  /// @error kInvalidArgument  an input is missing, unknown, of another type, or its shape is out of
  ///                          the model's range; the message names it.
  /// @error kUnavailable      the runtime refused this time.
  [[nodiscard]] virtual Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) = 0;

  [[nodiscard]] virtual Placement placement() const noexcept = 0;
};

/// The arithmetic that a prediction is made in. Weights keep the precision of the package.
enum class Precision { kFloat32, kBfloat16 };

/// As in JSON output: "f32", "bf16".
[[nodiscard]] std::string_view name_of(Precision precision) noexcept;

struct BackendOptions {
  int threads = 0;  ///< threads of one prediction; 0: as many as the machine has cores
  Precision precision = Precision::kFloat32;
};

/// The door to a model runtime. `load` may take minutes the first time and is called from one
/// thread at a time.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;

  /// As in JSON output: "openvino".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Reads and compiles the package (a folder `*.mlpackage`).
  /// @error kNotFound     no such package; kCorrupt: it is damaged or not a package.
  /// @error kUnsupported  sound, but this runtime cannot run it; the message names op and place.
  /// @error kUnavailable  the runtime refused this time, as for want of memory.
  [[nodiscard]] virtual Result<std::unique_ptr<LoadedModel>> load(
      const std::filesystem::path& package) = 0;
};

/// The runtime of this build, chosen by CMake. Never null; where there is none, `load` fails with
/// kUnsupported.
[[nodiscard]] std::unique_ptr<ModelBackend> make_system_model_backend(
    const BackendOptions& options);

}  // namespace papr
