// SPDX-License-Identifier: Apache-2.0
#include "check_model.h"

#include <chrono>
#include <memory>
#include <utility>

namespace papr {
namespace {

struct TimedLoad {
  std::unique_ptr<LoadedModel> model;
  double ms = 0;
};

Result<TimedLoad> timed_load(ModelBackend& backend, const CheckParts& parts,
                             const std::filesystem::path& package) {
  const SteadyTime start = parts.clock.steady_now();
  auto model = backend.load(package, parts.how);
  const std::chrono::duration<double, std::milli> took = parts.clock.steady_now() - start;
  if (!model) return std::unexpected(model.error());
  return TimedLoad{std::move(*model), took.count()};
}

/// The first load is the one that keeps, unless an earlier one did.
Result<double> load_again_ms(const CheckParts& parts, const std::filesystem::path& package) {
  if (const auto kept = timed_load(*parts.keeping, parts, package); !kept) {
    return std::unexpected(kept.error());
  }
  const auto again = timed_load(*parts.keeping, parts, package);
  if (!again) return std::unexpected(again.error());
  return again->ms;
}

}  // namespace

std::string advice_on(const Verification& verification) {
  switch (verification.verdict()) {
    case ModelVerdict::kGood:
      return "";
    case ModelVerdict::kSlow:
      return slow_advice(verification.warm_ms);
    case ModelVerdict::kWrongOutput:
      return "build or download the package again, if that is no answer of it to integers of 1 and "
             "floats from 1 to 2; if it is sound elsewhere, this runtime computes it wrong";
  }
  return "";
}

Result<ModelCheck> check_model(const CheckParts& parts, const std::filesystem::path& package) {
  ModelCheck check{.backend = std::string(parts.cold.name())};
  {
    const auto cold = timed_load(parts.cold, parts, package);
    if (!cold) return std::unexpected(cold.error());
    check.cold_load_ms = cold->ms;
    auto verified = verify_model(*cold->model, parts.clock, parts.budget_ms);
    if (!verified) return std::unexpected(verified.error());
    check.verification = std::move(*verified);
  }
  if (parts.keeping == nullptr || !parts.keeping->rebuilds()) return check;
  const auto again = load_again_ms(parts, package);
  if (!again) return std::unexpected(again.error());
  check.warm_load_ms = *again;
  return check;
}

}  // namespace papr
