// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <string>

#include "cache_class.h"
#include "cache_clear.h"
#include "running_programs.h"

namespace papr {

Result<ClearReport> clear_app(CacheOptions options, const std::string& app_id,
                              const OneOffClear& how, const Clock& clock) {
  const std::string doing = "clear cache of \"" + app_id + "\"";
  if (app_id.empty() || class_of_id(app_id, app_id) == CacheClass::kInterpreter) {
    return fail(ErrorCode::kInvalidArgument, doing + ": many programs run under that name",
                "give the bundle id or process name of one app");
  }
  options.app_id = app_id;
  const auto programs = running_programs();
  if (!programs) return while_doing(doing, programs.error());
  if (const auto pid = process_of(*programs, app_id, ::getpid())) {
    return fail(ErrorCode::kUnavailable,
                doing + ": it is running, as process " + std::to_string(*pid),
                "quit it, then try again");
  }
  auto report = clear_caches({.cache = options,
                              .scope = ClearScope::kApp,
                              .dry_run = how.dry_run,
                              .progress = how.progress},
                             nullptr, clock, how.events);
  if (!report) return while_doing(doing, report.error());
  std::erase_if(report->kept,
                [](const ClearPlan::Kept& one) { return one.cache_class != CacheClass::kOwn; });
  if (report->cleared.empty() && report->kept.empty() && report->errors.empty()) {
    return fail(ErrorCode::kNotFound, doing + ": there is none",
                "papr cache list names every app that has one");
  }
  return report;
}

}  // namespace papr
