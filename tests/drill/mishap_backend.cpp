// SPDX-License-Identifier: Apache-2.0
#include "mishap_backend.h"

#include <thread>
#include <utility>

#include "../../src/base/duration.h"

namespace papr {
namespace {

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
        for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
    return real_->load(package, options);
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
  if (text.starts_with(kFail)) {
    return Mishap{.kind = Kind::kFail, .text = std::string(text.substr(kFail.size()))};
  }
  if (text.starts_with(kSlow)) {
    const auto takes = parse_duration(text.substr(kSlow.size()));
    if (!takes) return std::unexpected(takes.error());
    return Mishap{.kind = Kind::kSlow, .text = {}, .takes = *takes};
  }
  return fail(ErrorCode::kInvalidArgument, "read mishap \"" + std::string(text) + "\"",
              "none, hang, slow=TIME or fail=TEXT");
}

std::unique_ptr<ModelBackend> make_mishap_backend(std::unique_ptr<ModelBackend> real,
                                                  Mishap mishap) {
  return std::make_unique<MishapBackend>(std::move(real), std::move(mishap));
}

}  // namespace papr
