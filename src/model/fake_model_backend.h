// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../base/fake_clock.h"
#include "fake_loaded_model.h"
#include "model_backend.h"

namespace papr {

/// What one prediction of a FakeModelBackend's model does.
struct FakeRun {
  enum class Output { kGood, kNan, kZeros, kWrongSize };
  std::chrono::milliseconds takes{10};  ///< the clock is moved on by so much
  std::optional<Error> error;
  Output output = Output::kGood;
};

/// What one load does, and the model that comes of it.
struct FakeLoad {
  std::chrono::milliseconds takes{100};
  std::optional<Error> error;
  Placement placement = Placement::kNeuralEngine;
  std::vector<FakeRun> runs{{}};  ///< played in order, the last one for ever; never empty
};

/// A model runtime whose mishaps are scripted. Loads are played in order, the last one for ever.
/// With `real` the good outputs and load errors are a real runtime's, and mishaps lie on top.
///
/// Safe to use from several threads. Outlives its models. Time passes on `clock` alone; a test that
/// wants a call to hang blocks in `before_load` or `before_run`.
class FakeModelBackend final : public ModelBackend {
 public:
  explicit FakeModelBackend(std::shared_ptr<FakeClock> clock, std::vector<FakeLoad> loads = {{}},
                            ModelBackend* real = nullptr)
      : clock_(std::move(clock)), loads_(std::move(loads)), real_(real) {}

  std::function<void()> before_load;  ///< set before the first call
  std::function<void()> before_run;
  bool rebuilds_answer = true;
  /// Of the model that is played without a `real` one: two inputs of [1 to 4, 1 to 64], one output
  /// [batch, 4].
  ModelInfo info = text_model_info({1, 4}, {1, 64}, vector_output());

  std::string_view name() const noexcept override { return "fake"; }
  bool rebuilds() const noexcept override { return rebuilds_answer; }

  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& package,
                                            const LoadOptions& options) override {
    const FakeLoad script = next_load(options);
    if (before_load) before_load();
    clock_->advance(script.takes);
    if (script.error) return std::unexpected(*script.error);
    std::unique_ptr<LoadedModel> model;
    if (real_ != nullptr) {
      auto loaded = real_->load(package, options);
      if (!loaded) return std::unexpected(loaded.error());
      model = std::move(*loaded);
    } else {
      model = std::make_unique<FakeLoadedModel>(info, [](std::span<const TensorView> inputs) {
        return bag_of_ids(inputs, "embedding", 4);
      });
    }
    return std::make_unique<Model>(*this, std::move(model), script);
  }

  /// The options of every load so far, in order.
  [[nodiscard]] std::vector<LoadOptions> loads_seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  [[nodiscard]] int runs_seen() const {
    const std::lock_guard lock(mutex_);
    return runs_;
  }

 private:
  class Model final : public LoadedModel {
   public:
    Model(FakeModelBackend& backend, std::unique_ptr<LoadedModel> good, FakeLoad script)
        : backend_(backend), good_(std::move(good)), script_(std::move(script)) {}

    const ModelInfo& info() const noexcept override { return good_->info(); }
    Placement placement() const noexcept override { return script_.placement; }

    Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) override {
      const FakeRun play = next_run();
      if (backend_.before_run) backend_.before_run();
      auto outputs = good_->run(inputs);
      backend_.clock_->advance(play.takes);
      if (!outputs) return outputs;  // a caller's mistake is not scripted away
      if (play.error) return std::unexpected(*play.error);
      for (Tensor& output : *outputs) spoil(output, play.output);
      return outputs;
    }

   private:
    FakeRun next_run() {
      const std::lock_guard lock(backend_.mutex_);
      ++backend_.runs_;
      return script_.runs[std::min(next_++, script_.runs.size() - 1)];
    }

    static void spoil(Tensor& output, FakeRun::Output how) {
      if (how == FakeRun::Output::kZeros) std::ranges::fill(output.bytes, std::byte{0});
      // All bits set is a NaN in every width.
      if (how == FakeRun::Output::kNan) std::ranges::fill(output.bytes, std::byte{0xff});
      if (how == FakeRun::Output::kWrongSize) output.bytes.pop_back();
    }

    FakeModelBackend& backend_;
    std::unique_ptr<LoadedModel> good_;
    FakeLoad script_;
    std::size_t next_ = 0;  // guarded by the backend's mutex
  };

  static TensorInfo vector_output() {
    return {"embedding", ElementType::kFloat32, {{1, 4}, {4, 4}}};
  }

  FakeLoad next_load(const LoadOptions& options) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(options);
    return loads_[std::min(seen_.size(), loads_.size()) - 1];
  }

  std::shared_ptr<FakeClock> clock_;
  std::vector<FakeLoad> loads_;
  ModelBackend* real_;
  mutable std::mutex mutex_;
  std::vector<LoadOptions> seen_;  // guarded by mutex_, as what follows
  int runs_ = 0;
};

}  // namespace papr
