// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <CoreML/CoreML.h>

#include <mutex>
#include <span>
#include <vector>

#include "compiled_packages.h"
#include "objc_ptr.h"
#include "papr/model.h"
#include "papr/result.h"

namespace papr {

/// A model that Core ML has loaded.
class CoreMlModel final : public LoadedModel {
 public:
  /// `files` stay where they are as long as the model.
  CoreMlModel(CompiledPackage files, objc_ptr<MLModel*> model, ModelInfo info)
      : files_(std::move(files)), model_(std::move(model)), info_(std::move(info)) {}
  CoreMlModel(const CoreMlModel&) = delete;
  CoreMlModel& operator=(const CoreMlModel&) = delete;
  ~CoreMlModel() override;

  [[nodiscard]] const ModelInfo& info() const noexcept override { return info_; }
  [[nodiscard]] Placement placement() const noexcept override { return placement_; }
  [[nodiscard]] Result<std::vector<Tensor>> run(
      std::span<const TensorView> inputs) noexcept override;
  [[nodiscard]] Result<std::vector<std::vector<Tensor>>> run_batch(
      std::span<const std::vector<TensorView>> batch) noexcept override;

  /// For the loader alone, before anybody else has the model.
  void set_placement(Placement placement) noexcept { placement_ = placement; }
  [[nodiscard]] Result<> find_output_shapes() noexcept;

 private:
  [[nodiscard]] Result<std::vector<Tensor>> predict(std::span<const TensorView> inputs);
  [[nodiscard]] Result<std::vector<std::vector<Tensor>>> predict_batch(
      std::span<const std::vector<TensorView>> batch);

  CompiledPackage files_;
  objc_ptr<MLModel*> model_;
  ModelInfo info_;
  Placement placement_ = Placement::kUnknown;
  std::mutex mutex_;
};

}  // namespace papr
