// SPDX-License-Identifier: Apache-2.0
#include "compute_plan.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "foundation_values.h"

namespace papr {
namespace {

constexpr std::string_view kDoing = "read compute plan";

using Operations = std::vector<PlannedOperation>;

/// Where the answer goes; it stays until the last of asker and answer is done with it.
class Answer {
 public:
  void give(Result<Operations> operations) {
    const std::scoped_lock lock(mutex_);
    operations_.emplace(std::move(operations));
    given_.notify_all();
  }

  Result<Operations> wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (given_.wait_for(lock, limit, [this] { return operations_.has_value(); })) {
      return std::move(*operations_);
    }
    return fail(ErrorCode::kTimeout, std::string(kDoing) + ": no answer within " +
                                         std::to_string(limit.count()) + " ms");
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_;
  std::optional<Result<Operations>> operations_;
};

API_AVAILABLE(macos(14.4)) Placement device_of(id<MLComputeDeviceProtocol> device) {
  if ([device isKindOfClass:[MLNeuralEngineComputeDevice class]]) return Placement::kNeuralEngine;
  if ([device isKindOfClass:[MLGPUComputeDevice class]]) return Placement::kGpu;
  if ([device isKindOfClass:[MLCPUComputeDevice class]]) return Placement::kCpu;
  return Placement::kUnknown;
}

// `usage` is nil where Core ML does not say.
API_AVAILABLE(macos(14.4))
PlannedOperation planned(std::string type, std::string name, std::optional<double> weight,
                         MLComputePlanDeviceUsage* usage) {
  PlannedOperation operation{.type = std::move(type),
                             .name = std::move(name),
                             .weight = weight,
                             .preferred = device_of([usage preferredComputeDevice])};
  for (id<MLComputeDeviceProtocol> device in [usage supportedComputeDevices]) {
    operation.supported.push_back(device_of(device));
  }
  return operation;
}

// A constant is not computed: "const", with its opset "ios18.const".
bool computes(const std::string& name) { return name != "const" && !name.ends_with(".const"); }

API_AVAILABLE(macos(14.4))
void add_block(MLComputePlan* plan, MLModelStructureProgramBlock* block, Operations& found) {
  for (MLModelStructureProgramOperation* operation in [block operations]) {
    // Of a branch or a loop what is in it counts, and not it as well.
    for (MLModelStructureProgramBlock* inner in [operation blocks]) add_block(plan, inner, found);
    std::string type = text_of([operation operatorName]);
    if ([[operation blocks] count] > 0 || !computes(type)) continue;
    MLComputePlanCost* const cost = [plan estimatedCostOfMLProgramOperation:operation];
    found.push_back(planned(std::move(type), text_of([[[operation outputs] firstObject] name]),
                            cost == nil ? std::nullopt : std::optional([cost weight]),
                            [plan computeDeviceUsageForMLProgramOperation:operation]));
  }
}

API_AVAILABLE(macos(14.4))
MLModelStructureProgramFunction* function_of(MLModelStructureProgram* program,
                                             const std::string& name) {
  NSDictionary<NSString*, MLModelStructureProgramFunction*>* const all = [program functions];
  MLModelStructureProgramFunction* const found =
      [all objectForKey:name.empty() ? @"main" : ns_text(name)];
  // Of a model with several functions Core ML may show the default one alone, under any name.
  return found == nil && [all count] == 1 ? [[all allValues] firstObject] : found;
}

API_AVAILABLE(macos(14.4))
void add_model(MLComputePlan* plan, MLModelStructure* model, const std::string& function,
               Operations& found) {
  add_block(plan, [function_of([model program], function) block], found);
  // Core ML estimates no cost of layers, so each counts the same.
  for (MLModelStructureNeuralNetworkLayer* layer in [[model neuralNetwork] layers]) {
    found.push_back(planned(text_of([layer type]), text_of([layer name]), 1.0,
                            [plan computeDeviceUsageForNeuralNetworkLayer:layer]));
  }
  for (MLModelStructure* part in [[model pipeline] subModels]) {
    add_model(plan, part, function, found);
  }
}

API_AVAILABLE(macos(14.4))
Result<Operations> operations_of(MLComputePlan* plan, NSError* error, const std::string& function) {
  return guarded(kDoing, [&]() -> Result<Operations> {
    if (plan == nil) return std::unexpected(error_of(kDoing, error));
    Operations found;
    add_model(plan, [plan modelStructure], function, found);
    return found;
  });
}

}  // namespace

Result<Operations> read_compute_plan(const std::filesystem::path& compiled,
                                     MLModelConfiguration* configuration,
                                     const std::string& function, std::chrono::milliseconds limit) {
  if (@available(macOS 14.4, *)) {
    // The block may run long after this has returned: what it uses it owns.
    const auto answer = std::make_shared<Answer>();
    const std::string name = function;
    [MLComputePlan loadContentsOfURL:ns_folder(compiled)
                       configuration:configuration
                   completionHandler:^(MLComputePlan* plan, NSError* error) {
                     answer->give(operations_of(plan, error, name));
                   }];
    return answer->wait(limit);
  }
  return fail(ErrorCode::kUnsupported,
              std::string(kDoing) + ": macOS 14.4 is the first to have it");
}

}  // namespace papr
