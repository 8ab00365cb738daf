// SPDX-License-Identifier: Apache-2.0
#include "model_check.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <ostream>
#include <string>

#include "../base/user_folders.h"
#include "../model/check_model.h"
#include "client_settings.h"
#include "model_report.h"
#include "open_client.h"
#include "report.h"

namespace papr::cli {
namespace {

/// Whether what was compiled could be kept.
class KeepWatch final : public EventSink {
 public:
  void on_event(const Event& event) noexcept override {
    if (event.name == "compiled_model_not_kept") failed_ = true;
  }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  std::atomic<bool> failed_ = false;  // told of by a thread beside the predictions
};

Json json_of(const ModelCheck& check, const std::filesystem::path& path) {
  Json object = {{"path", path.string()},
                 {"backend", check.backend},
                 {"cold_load_ms", check.cold_load_ms},
                 {"warm_load_ms", check.warm_load_ms ? Json(*check.warm_load_ms) : Json()}};
  object.update(cli::json_of(check.verification));
  object["advice"] = text_or_null(advice_on(check.verification));
  return object;
}

// Three digits, or all before the point.
std::string milliseconds(double ms) {
  if (ms >= 100) return fmt::format("{:.0f} ms", ms);
  return fmt::format("{:.{}f} ms", ms, ms >= 10 ? 1 : ms >= 1 ? 2 : 3);
}

std::string headline(const Verification& seen) {
  const std::string verdict(name_of(seen.verdict()));
  if (seen.verdict() == ModelVerdict::kWrongOutput) return verdict + ": " + seen.problem;
  return verdict + ": " + milliseconds(seen.warm_ms) + " a prediction, the budget is " +
         milliseconds(seen.budget_ms);
}

void print(Context& context, const ModelCheck& check) {
  const Verification& seen = check.verification;
  context.out << "verdict      " << headline(seen) << "\nruns on      " << name_of(seen.placement)
              << ", by " << check.backend << "\nload, cold   " << milliseconds(check.cold_load_ms)
              << "\nload, kept   "
              << (check.warm_load_ms ? milliseconds(*check.warm_load_ms) : "nothing is kept")
              << "\nfirst call   " << milliseconds(seen.first_ms) << "\nwarm calls   "
              << (seen.warm_ms > 0 ? milliseconds(seen.warm_ms) + " (median)" : "none") << '\n';
  if (const auto advice = advice_on(seen); !advice.empty()) {
    context.out << "what to do   " << advice << '\n';
  }
}

}  // namespace

ExitCode check(const std::string& function, Context& context, const GlobalOptions& global) {
  const auto path = model_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  const auto guard = guard_settings(context);
  if (!guard) return report_settings_error(context, global, guard.error());
  const auto cold = context.make_backend({});
  const auto folder = compiled_models_folder(context.environment);
  const auto watch = std::make_shared<KeepWatch>();
  const auto keeping =
      folder ? context.make_backend({.compiled_models = *folder, .events = watch}) : nullptr;
  const SystemClock clock;
  auto checked = check_model({.cold = *cold,
                              .keeping = keeping.get(),
                              .clock = clock,
                              .budget_ms = static_cast<double>(guard->latency_budget.count()),
                              .function = function},
                             *path);
  if (!checked) return report_error(context, global, checked.error());
  if (watch->failed()) checked->warm_load_ms.reset();
  if (global.json) {
    print_json(context, json_of(*checked, *path));
  } else {
    print(context, *checked);
  }
  return checked->verification.good() ? ExitCode::kOk : ExitCode::kDegraded;
}

}  // namespace papr::cli
