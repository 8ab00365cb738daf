// SPDX-License-Identifier: Apache-2.0
#include "model_backend.h"

namespace papr {
namespace {

class NoModelBackend final : public ModelBackend {
 public:
  std::string_view name() const noexcept override { return "none"; }
  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& package,
                                            const LoadOptions&) override {
    return fail(ErrorCode::kUnsupported,
                "load \"" + package.string() + "\": this build has no model runtime",
                "build with -DPAPR_WITH_OPENVINO=ON");
  }
};

}  // namespace

std::unique_ptr<ModelBackend> make_system_model_backend(const BackendOptions&) {
  return std::make_unique<NoModelBackend>();
}

}  // namespace papr
