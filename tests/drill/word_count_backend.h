// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "../../src/model/fake_loaded_model.h"
#include "../../src/model/model_backend.h"

namespace papr {

/// A runtime of no model: it counts words. Whatever goes wrong with it is a mishap.
class WordCountBackend final : public ModelBackend {
 public:
  std::string_view name() const noexcept override { return "fake"; }
  bool rebuilds() const noexcept override { return true; }
  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path&,
                                            const LoadOptions&) override {
    constexpr std::size_t kDim = 16;
    return std::make_unique<FakeLoadedModel>(
        text_model_info({1, 64}, {1, 128},
                        {"vector", ElementType::kFloat32, {{1, 64}, {kDim, kDim}}}),
        [](std::span<const TensorView> inputs) { return bag_of_ids(inputs, "vector", kDim); });
  }
};

/// The runtime of this build, or the one that counts words.
inline std::unique_ptr<ModelBackend> make_drill_runtime(bool real, const BackendOptions& options) {
  if (real) return make_system_model_backend(options);
  return std::make_unique<WordCountBackend>();
}

}  // namespace papr
