// SPDX-License-Identifier: Apache-2.0
#include "mishap_backend.h"

#include <thread>
#include <utility>

#include "../../src/base/duration.h"

namespace papr {
namespace {

[[noreturn]] void hang() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

/// Predicts until a file is there, and then no more.
class StuckModel final : public LoadedModel {
 public:
  StuckModel(std::unique_ptr<LoadedModel> real, std::filesystem::path sign)
      : real_(std::move(real)), sign_(std::move(sign)) {}

  const ModelInfo& info() const noexcept override { return real_->info(); }
  Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) override {
    if (std::filesystem::exists(sign_)) hang();
    return real_->run(inputs);
  }
  Placement placement() const noexcept override { return real_->placement(); }

 private:
  std::unique_ptr<LoadedModel> real_;
  std::filesystem::path sign_;
};

class MishapBackend final : public ModelBackend {
 public:
  MishapBackend(std::unique_ptr<ModelBackend> real, Mishap mishap)
      : real_(std::move(real)), mishap_(std::move(mishap)) {}

  std::string_view name() const noexcept override { return real_->name(); }

  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& package,
                                            const LoadOptions& options) override {
    switch (mishap_.kind) {
      case Mishap::Kind::kNone:
        break;
      case Mishap::Kind::kFail:
        return fail(ErrorCode::kUnavailable, "load \"" + package.string() + "\": " + mishap_.text);
      case Mishap::Kind::kSlow:
        std::this_thread::sleep_for(mishap_.takes);
        break;
      case Mishap::Kind::kHang:
        hang();
      case Mishap::Kind::kStuck:
        break;
    }
    auto model = real_->load(package, options);
    if (!model || mishap_.kind != Mishap::Kind::kStuck) return model;
    return std::make_unique<StuckModel>(std::move(*model), mishap_.text);
  }

 private:
  std::unique_ptr<ModelBackend> real_;
  Mishap mishap_;
};

}  // namespace

Result<Mishap> parse_mishap(std::string_view text) {
  using Kind = Mishap::Kind;
  if (text == "none") return Mishap{};
  if (text == "hang") return Mishap{.kind = Kind::kHang, .text = {}};
  constexpr std::string_view kFail = "fail=";
  constexpr std::string_view kSlow = "slow=";
  constexpr std::string_view kStuck = "stuck=";
  if (text.starts_with(kFail)) {
    return Mishap{.kind = Kind::kFail, .text = std::string(text.substr(kFail.size()))};
  }
  if (text.starts_with(kStuck)) {
    return Mishap{.kind = Kind::kStuck, .text = std::string(text.substr(kStuck.size()))};
  }
  if (text.starts_with(kSlow)) {
    const auto takes = parse_duration(text.substr(kSlow.size()));
    if (!takes) return std::unexpected(takes.error());
    return Mishap{.kind = Kind::kSlow, .text = {}, .takes = *takes};
  }
  return fail(ErrorCode::kInvalidArgument, "read mishap \"" + std::string(text) + "\"",
              "none, hang, slow=TIME, fail=TEXT or stuck=FILE");
}

std::unique_ptr<ModelBackend> make_mishap_backend(std::unique_ptr<ModelBackend> real,
                                                  Mishap mishap) {
  return std::make_unique<MishapBackend>(std::move(real), std::move(mishap));
}

}  // namespace papr
