// SPDX-License-Identifier: Apache-2.0
#include "check_model.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

namespace papr {
namespace {

struct TimedLoad {
  std::unique_ptr<LoadedModel> model;
  double ms = 0;
};

Result<TimedLoad> timed_load(ModelBackend& backend, const Clock& clock,
                             const std::filesystem::path& package) {
  const SteadyTime start = clock.steady_now();
  auto model = backend.load(package, {});
  const std::chrono::duration<double, std::milli> took = clock.steady_now() - start;
  if (!model) return std::unexpected(model.error());
  return TimedLoad{std::move(*model), took.count()};
}

/// The first load is the one that keeps, unless an earlier one did.
Result<double> load_again_ms(ModelBackend& keeping, const Clock& clock,
                             const std::filesystem::path& package) {
  if (const auto kept = timed_load(keeping, clock, package); !kept) {
    return std::unexpected(kept.error());
  }
  const auto again = timed_load(keeping, clock, package);
  if (!again) return std::unexpected(again.error());
  return again->ms;
}

}  // namespace

std::string advice_on(const ModelCheck& check) {
  const Verification& seen = check.verification;
  switch (seen.verdict()) {
    case ModelVerdict::kGood:
      return "";
    case ModelVerdict::kSlow:
      return fmt::format(
          "searches go to the Papr API where that may be asked; PAPR_ALLOW_CPU=1 has the model "
          "answer all the same, and PAPR_LATENCY_BUDGET={:.0f}ms would take it as fast enough",
          seen.warm_ms * 1.5);
    case ModelVerdict::kWrongOutput:
      return "build or download the package again; if it is sound elsewhere, this runtime computes "
             "it wrong";
  }
  return "";
}

Result<ModelCheck> check_model(const CheckParts& parts, const std::filesystem::path& package) {
  ModelCheck check{.backend = std::string(parts.cold.name())};
  {
    const auto cold = timed_load(parts.cold, parts.clock, package);
    if (!cold) return std::unexpected(cold.error());
    check.cold_load_ms = cold->ms;
    auto verified = verify_model(*cold->model, parts.clock, parts.budget_ms);
    if (!verified) return std::unexpected(verified.error());
    check.verification = std::move(*verified);
  }
  if (parts.keeping == nullptr || !parts.keeping->rebuilds()) return check;
  const auto again = load_again_ms(*parts.keeping, parts.clock, package);
  if (!again) return std::unexpected(again.error());
  check.warm_load_ms = *again;
  return check;
}

}  // namespace papr
