// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "papr/events.h"
#include "papr/model.h"
#include "papr/result.h"
#include "planned_operation.h"

namespace papr {

struct LoadOptions {
  ComputeUnits units = ComputeUnits::kAll;
  /// Use nothing that an earlier load compiled and kept, as after a load that went wrong.
  bool fresh = false;
  /// Which function of the package; empty: its default.
  std::string function = {};
};

/// The arithmetic that a prediction is made in. Weights keep the precision of the package.
enum class Precision { kFloat32, kBfloat16 };

/// As in JSON output: "f32", "bf16".
[[nodiscard]] std::string_view name_of(Precision precision) noexcept;

struct BackendOptions {
  int threads = 0;  ///< threads of one prediction; 0: as many as the machine has cores
  Precision precision = Precision::kFloat32;
  /// A folder of its own (docs/formats/compiled-models.md) in which what was compiled is kept
  /// between starts; empty: nothing is. A runtime may have no use for it.
  std::filesystem::path compiled_models = {};
  std::shared_ptr<EventSink> events = {};  ///< may be null
  /// How long a load waits to hear where the model will run, where that has to be asked. What
  /// comes later is dropped, and the placement unknown. 0: does not ask.
  std::chrono::milliseconds placement_limit = std::chrono::seconds(5);
};

/// The door to a model runtime. `load` may take minutes the first time and is called from one
/// thread at a time.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;

  /// As in JSON output: "openvino", "coreml".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Whether it keeps something compiled between loads, so that `LoadOptions::fresh` can help.
  [[nodiscard]] virtual bool rebuilds() const noexcept { return false; }

  /// Reads and compiles the package (a folder `*.mlpackage`; Core ML also takes what it has
  /// compiled, `*.mlmodelc`).
  /// @error kNotFound     no such package; kCorrupt: it is damaged or not a package.
  /// @error kUnsupported  sound, but this runtime cannot run it; the message names op and place.
  /// @error kUnavailable  the runtime refused this time, as for want of memory.
  [[nodiscard]] virtual Result<std::unique_ptr<LoadedModel>> load(
      const std::filesystem::path& package, const LoadOptions& options) = 0;

  /// Each operation of the package, in order, and what it runs on. May take as long as a load.
  /// @error as load; kUnsupported where this runtime does not tell.
  [[nodiscard]] virtual Result<std::vector<PlannedOperation>> operations(
      const std::filesystem::path&, const LoadOptions&) {
    return fail(ErrorCode::kUnsupported, "list operations: this runtime does not tell them");
  }
};

using MakeModelBackend =
    std::function<std::unique_ptr<ModelBackend>(const BackendOptions& options)>;

/// The runtime of this build, chosen by CMake. Never null; where there is none, `load` fails with
/// kUnsupported.
[[nodiscard]] std::unique_ptr<ModelBackend> make_system_model_backend(
    const BackendOptions& options);

}  // namespace papr
