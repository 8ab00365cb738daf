// SPDX-License-Identifier: Apache-2.0
#include "mishap_backend.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace papr {
namespace {

[[noreturn]] void hang() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

void die() { ::kill(::getpid(), SIGKILL); }

class MishapModel final : public LoadedModel {
 public:
  MishapModel(std::unique_ptr<LoadedModel> real, Mishap mishap)
      : real_(std::move(real)), mishap_(std::move(mishap)) {}

  const ModelInfo& info() const noexcept override { return real_->info(); }
  Placement placement() const noexcept override { return real_->placement(); }

  Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) override {
    const int number = runs_++;
    const bool signed_for = mishap_.sign.empty() || std::filesystem::exists(mishap_.sign);
    if (!signed_for || number < mishap_.first_run || number > mishap_.last_run) {
      return real_->run(inputs);
    }
    std::this_thread::sleep_for(mishap_.run_takes);
    if (mishap_.run == Mishap::Run::kHangs) hang();
    if (mishap_.run == Mishap::Run::kDies) die();
    if (mishap_.run == Mishap::Run::kFails) {
      return fail(ErrorCode::kUnavailable, "run model: " + mishap_.text);
    }
    auto outputs = real_->run(inputs);
    if (outputs) std::ranges::for_each(*outputs, [this](Tensor& output) { spoil(output); });
    return outputs;
  }

 private:
  void spoil(Tensor& output) const {
    if (mishap_.run == Mishap::Run::kZeros) std::ranges::fill(output.bytes, std::byte{0});
    // All bits set is a NaN in every width.
    if (mishap_.run == Mishap::Run::kNotFinite) std::ranges::fill(output.bytes, std::byte{0xff});
    if (mishap_.run == Mishap::Run::kWrongSize) output.bytes.pop_back();
  }

  std::unique_ptr<LoadedModel> real_;
  const Mishap mishap_;
  std::atomic<int> runs_ = 0;
};

class MishapBackend final : public ModelBackend {
 public:
  MishapBackend(std::unique_ptr<ModelBackend> real, std::vector<Mishap> mishaps)
      : real_(std::move(real)), mishaps_(std::move(mishaps)) {}

  std::string_view name() const noexcept override { return real_->name(); }
  bool rebuilds() const noexcept override { return real_->rebuilds(); }

  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& package,
                                            const LoadOptions& options) override {
    const Mishap& mishap = mishaps_[std::min(loads_++, mishaps_.size() - 1)];
    std::this_thread::sleep_for(mishap.load_takes);
    if (mishap.load == Mishap::Load::kHangs) hang();
    if (mishap.load == Mishap::Load::kDies) die();
    if (mishap.load == Mishap::Load::kFails) {
      return fail(ErrorCode::kUnavailable, "load \"" + package.string() + "\": " + mishap.text);
    }
    auto model = real_->load(package, options);
    if (!model) return model;
    return std::make_unique<MishapModel>(std::move(*model), mishap);
  }

  Result<std::vector<PlannedOperation>> operations(const std::filesystem::path& package,
                                                   const LoadOptions& options) override {
    return real_->operations(package, options);
  }

 private:
  std::unique_ptr<ModelBackend> real_;
  const std::vector<Mishap> mishaps_;
  std::size_t loads_ = 0;  // one thread loads at a time
};

}  // namespace

std::unique_ptr<ModelBackend> make_mishap_backend(std::unique_ptr<ModelBackend> real,
                                                  std::vector<Mishap> mishaps) {
  return std::make_unique<MishapBackend>(std::move(real), std::move(mishaps));
}

}  // namespace papr
