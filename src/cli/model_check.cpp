// SPDX-License-Identifier: Apache-2.0
#include "model_check.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "../base/duration.h"
#include "../base/state_file.h"
#include "../base/user_folders.h"
#include "../coreml_cache/cache_state.h"
#include "../model/probe_in_child.h"
#include "client_settings.h"
#include "model_report.h"
#include "open_client.h"
#include "operations_report.h"
#include "report.h"
#include "waiting_line.h"

namespace papr::cli {
namespace {

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

// A model may be good and still not where it would be better.
std::string_view accelerator_text(Placement placement) {
  switch (on_accelerator(placement)) {
    case OnAccelerator::kOn:
      return "";
    case OnAccelerator::kNotOn:
      return "; not on the accelerator (--ops tells what keeps it off)";
    case OnAccelerator::kUnknown:
      return "; whether on the accelerator is not known (--ops may tell)";
  }
  return "";  // Unreachable; no default above, so -Wswitch finds a new value.
}

void print(Context& context, const ModelCheck& check) {
  const Verification& seen = check.verification;
  context.out << "verdict      " << headline(seen) << "\nruns on      " << name_of(seen.placement)
              << ", by " << check.backend << accelerator_text(seen.placement) << "\nload, cold   "
              << milliseconds(check.cold_load_ms) << "\nload, kept   "
              << (check.warm_load_ms ? milliseconds(*check.warm_load_ms) : "nothing is kept")
              << "\nfirst call   " << milliseconds(seen.first_ms) << "\nwarm calls   "
              << (seen.warm_ms > 0 ? milliseconds(seen.warm_ms) + " (median)" : "none") << '\n';
  if (const auto advice = advice_on(seen); !advice.empty()) {
    context.out << "what to do   " << advice << '\n';
  }
}

std::string operations_text(const Result<ModelCheck>& told) {
  if (told) return text_of(told->operations);
  return "operations   " + one_line(told.error().message, 300) + '\n';
}

/// The entries that Core ML's cache gets meanwhile, in a child or here, are ours.
class Attribution {
 public:
  Attribution(const Context& context, const GuardOptions& guard) : options_(guard.cache) {
    const auto path = state_file_path(context.environment);
    auto places = survey(options_, Breadth::kMayClear);
    if (!path || !places || places->empty()) return;
    before_ = std::move(*places);
    state_.emplace(*path);
  }
  Attribution(const Attribution&) = delete;
  Attribution& operator=(const Attribution&) = delete;
  // Best effort: an entry that is not known to be ours is one that we never clear.
  ~Attribution() {
    if (state_) static_cast<void>(remember_new_entries(*state_, options_, before_));
  }

 private:
  const CacheOptions& options_;
  std::vector<MeasuredPlace> before_;
  std::optional<StateFile> state_;
};

std::unique_ptr<WaitingLine> waiting_line(Context& context, const GlobalOptions& global) {
  if (global.quiet || global.json || !context.err_width_columns) return nullptr;
  return std::make_unique<WaitingLine>(context.err, "Trying the model; it may compile for minutes",
                                       *context.err_width_columns);
}

ProbeEnd probe(const ProbeRequest& request, const GuardOptions& guard,
               std::chrono::milliseconds limit, Context& context, const GlobalOptions& global) {
  const Attribution attribution(context, guard);
  const auto waiting = waiting_line(context, global);
  return probe_in_child(request, {.command = context.probe_command, .limit = limit},
                        *make_subprocess());
}

Error with_remedy(Error error, const ProbeEnd& end) {
  if (end.how == ProbeEnd::How::kNotStarted && error.remedy.empty()) {
    error.remedy = "try again; the model was not tried";
  } else if (end.how == ProbeEnd::How::kDied && error.remedy.empty()) {
    error.remedy = error.code == ErrorCode::kTimeout
                       ? "give it longer with --limit, if it may still be compiling"
                       : "run `papr cache clear --compiled` and check again; if it dies again, "
                         "build or download "
                         "the package again";
  }
  return error;
}

}  // namespace

ExitCode check(const CheckArguments& arguments, Context& context, const GlobalOptions& global) {
  const auto path = model_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  const auto guard = guard_settings(context);
  if (!guard) return report_settings_error(context, global, guard.error());
  const auto limit = parse_duration(arguments.limit);
  if (!limit || limit->count() == 0) {
    return report_settings_error(
        context, global,
        {ErrorCode::kInvalidArgument, "read --limit=\"" + arguments.limit + '"',
         "give a time of up to 24 h with its unit, like 90s or 30m"});
  }
  ProbeRequest request;
  std::error_code no_folder;
  request.package = std::filesystem::absolute(*path, no_folder);
  if (no_folder) {
    return report_error(
        context, global,
        {ErrorCode::kNotFound,
         "find \"" + path->string() + "\": the current folder: " + no_folder.message(),
         "change to a folder that is there, or give an absolute path"});
  }
  request.how.function = arguments.function;
  request.how.units = guard->compute_units;
  request.compiled_models = compiled_models_folder(context.environment).value_or("");
  request.budget_ms = static_cast<double>(guard->latency_budget.count());
  request.cold_and_warm = true;
  const ProbeEnd end = probe(request, *guard, *limit, context, global);
  if (!end.answer) return report_error(context, global, with_remedy(end.answer.error(), end));
  const ModelCheck& checked = *end.answer;
  Json object = json_of(checked, *path);
  if (!global.json) print(context, checked);
  if (arguments.operations) {
    // In a child of its own: what a runtime makes of the question costs no verdict.
    request.operations = true;
    const auto told = probe(request, *guard, *limit, context, global).answer;
    object["operations"] = told ? json_of(told->operations) : Json();
    object["no_operations"] = told ? Json() : Json(told.error().message);
    if (!global.json) context.out << operations_text(told);
  }
  if (global.json) print_json(context, object);
  return checked.verification.good() ? ExitCode::kOk : ExitCode::kDegraded;
}

}  // namespace papr::cli
