// SPDX-License-Identifier: Apache-2.0
#import <CoreML/CoreML.h>

#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "../../base/errno_error.h"
#include "../../base/os_build.h"
#include "../model_backend.h"
#include "compiled_packages.h"
#include "compute_plan.h"
#include "coreml_model.h"
#include "foundation_values.h"
#include "model_description.h"
#include "objc_ptr.h"
#include "plan_placement.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompiled = ".mlmodelc";

MLComputeUnits native(ComputeUnits units) {
  switch (units) {
    case ComputeUnits::kAll:
      return MLComputeUnitsAll;
    case ComputeUnits::kCpuAndNeuralEngine:
      return MLComputeUnitsCPUAndNeuralEngine;
    case ComputeUnits::kCpuAndGpu:
      return MLComputeUnitsCPUAndGPU;
    case ComputeUnits::kCpuOnly:
      return MLComputeUnitsCPUOnly;
  }
  return MLComputeUnitsAll;  // Unreachable; no default above, so -Wswitch finds a new value.
}

// With all units a plan may stay silent on most operations, with the CPU and the neural engine on
// next to none. So that is asked, unless the model may not run there.
MLComputeUnits to_ask(ComputeUnits units) {
  switch (units) {
    case ComputeUnits::kAll:
    case ComputeUnits::kCpuAndNeuralEngine:
      return MLComputeUnitsCPUAndNeuralEngine;
    case ComputeUnits::kCpuAndGpu:
    case ComputeUnits::kCpuOnly:
      return native(units);
  }
  return native(units);  // Unreachable; no default above, so -Wswitch finds a new value.
}

Result<objc_ptr<MLModelConfiguration*>> configuration_of(MLComputeUnits units,
                                                         const std::string& function) {
  auto configuration = objc_ptr<MLModelConfiguration*>::take([[MLModelConfiguration alloc] init]);
  [configuration.get() setComputeUnits:units];
  if (function.empty()) return configuration;
  if (@available(macOS 15.0, *)) {
    [configuration.get() setFunctionName:ns_text(function)];
    return configuration;
  }
  return fail(ErrorCode::kUnsupported,
              "function \"" + function + "\": macOS 15 is the first that can choose one");
}

// Into the temporary folder; whoever calls it deletes what came out.
Result<fs::path> compile(const fs::path& package) {
  return guarded("compile", [&]() -> Result<fs::path> {
    NSError* error = nil;
    NSURL* const compiled = [MLModel compileModelAtURL:ns_folder(package) error:&error];
    if (compiled == nil) return std::unexpected(error_of("compile", error));
    return fs::path(text_of([compiled path]));
  });
}

// Told by the files: a loaded model does not say it.
std::string kind_of(const fs::path& compiled) {
  std::error_code ignored;
  if (fs::exists(compiled / "model.mil", ignored)) return "mlprogram";
  return fs::exists(compiled / "model.espresso.net", ignored) ? "neuralnetwork" : "other";
}

struct Loaded {
  objc_ptr<MLModel*> model;
  ModelInfo info;
};

Result<Loaded> load_compiled(const fs::path& compiled, const LoadOptions& how) {
  const auto configuration = configuration_of(native(how.units), how.function);
  if (!configuration) return std::unexpected(configuration.error());
  NSError* error = nil;
  const auto model = objc_ptr<MLModel*>::keep([MLModel modelWithContentsOfURL:ns_folder(compiled)
                                                                configuration:configuration->get()
                                                                        error:&error]);
  if (!model) return std::unexpected(error_of("read compiled model", error));
  auto info = model_info_of([model.get() modelDescription]);
  if (!info) return std::unexpected(info.error());
  info->kind = kind_of(compiled);
  info->function = how.function;
  return Loaded{model, std::move(*info)};
}

class CoreMlBackend final : public ModelBackend {
 public:
  explicit CoreMlBackend(const BackendOptions& options)
      : packages_(options.compiled_models, options.events, os_build()),
        events_(options.events),
        placement_limit_(options.placement_limit) {}

  std::string_view name() const noexcept override { return "coreml"; }
  bool rebuilds() const noexcept override { return packages_.keeps(); }

  Result<std::unique_ptr<LoadedModel>> load(const fs::path& path,
                                            const LoadOptions& how) noexcept override {
    const std::string doing = "load \"" + path.string() + '"';
    return guarded(doing, [&]() -> Result<std::unique_ptr<LoadedModel>> {
      auto model = load_parts(path, how);
      if (!model) return while_doing(doing, model.error());
      return std::move(*model);
    });
  }

  Result<std::vector<PlannedOperation>> operations(const fs::path& path,
                                                   const LoadOptions& how) noexcept override {
    const std::string doing = "list operations of \"" + path.string() + '"';
    return guarded(doing, [&]() -> Result<std::vector<PlannedOperation>> {
      const auto compiled = compiled_of(path, how.fresh);
      if (!compiled) return while_doing(doing, compiled.error());
      // A person waits for it, and no load.
      constexpr std::chrono::minutes kPatience(5);
      auto plan = plan_of(compiled->path(), how, kPatience);
      if (!plan) return while_doing(doing, plan.error());
      return std::move(*plan);
    });
  }

 private:
  Result<std::unique_ptr<CoreMlModel>> load_parts(const fs::path& path, const LoadOptions& how) {
    auto compiled = compiled_of(path, how.fresh);
    if (!compiled) return std::unexpected(compiled.error());
    const fs::path folder = compiled->path();
    auto loaded = load_compiled(folder, how);
    if (!loaded) return std::unexpected(loaded.error());
    auto model = std::make_unique<CoreMlModel>(std::move(*compiled), std::move(loaded->model),
                                               std::move(loaded->info));
    model->set_placement(placement_of(folder, how));
    if (auto found = model->find_output_shapes(); !found) return std::unexpected(found.error());
    return model;
  }

  Result<CompiledPackage> compiled_of(const fs::path& path, bool fresh) const {
    std::error_code error;
    const bool there = fs::exists(path, error);
    if (error) return fail_errno("find", path, error);
    if (!there) {
      return fail(ErrorCode::kNotFound, "no such package",
                  "give the path of a folder *.mlpackage or *.mlmodelc");
    }
    const fs::path whole = fs::absolute(path);
    if (whole.extension() == kCompiled) return CompiledPackage(whole);
    if (!fs::is_regular_file(whole / "Manifest.json", error)) {
      return fail(ErrorCode::kCorrupt, "it is no package: there is no Manifest.json",
                  "build or download the package again: a part of it is damaged or missing");
    }
    return packages_.get(whole, fresh, compile);
  }

  // A plan that cannot be had leaves the placement unknown, and never fails a load.
  Placement placement_of(const fs::path& compiled, const LoadOptions& how) const {
    if (how.units == ComputeUnits::kCpuOnly) return Placement::kCpu;
    if (placement_limit_.count() <= 0) return Placement::kUnknown;
    const auto placed = guarded("read compute plan", [&]() -> Result<PlanPlacement> {
      const auto plan = plan_of(compiled, how, placement_limit_);
      if (!plan) return std::unexpected(plan.error());
      return placement_of_plan(*plan);
    });
    tell(placed);
    return placed ? placed->placement : Placement::kUnknown;
  }

  static Result<std::vector<PlannedOperation>> plan_of(const fs::path& compiled,
                                                       const LoadOptions& how,
                                                       std::chrono::milliseconds limit) {
    const auto configuration = configuration_of(to_ask(how.units), how.function);
    if (!configuration) return std::unexpected(configuration.error());
    return read_compute_plan(compiled, configuration->get(), how.function, limit);
  }

  /// Events "compute_plan_read" {neural_engine_percent: -1 where it has no weights, operations,
  /// unknown_operations}, "compute_plan_missing" {reason}.
  void tell(const Result<PlanPlacement>& plan) const {
    if (!events_) return;
    if (!plan) {
      events_->on_event(
          {.name = "compute_plan_missing", .fields = {{"reason", plan.error().message}}});
      return;
    }
    events_->on_event(
        {.name = "compute_plan_read",
         .fields = {{"neural_engine_percent", 100 * plan->neural_engine_share.value_or(-0.01)},
                    {"operations", static_cast<std::int64_t>(plan->operations)},
                    {"unknown_operations", static_cast<std::int64_t>(plan->unknown)}}});
  }

  CompiledPackages packages_;
  std::shared_ptr<EventSink> events_;
  std::chrono::milliseconds placement_limit_;
};

}  // namespace

std::unique_ptr<ModelBackend> make_system_model_backend(const BackendOptions& options) {
  return std::make_unique<CoreMlBackend>(options);
}

}  // namespace papr
