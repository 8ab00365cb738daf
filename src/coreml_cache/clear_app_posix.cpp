// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <string>

#include "../base/ascii_text.h"
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
  const auto ours = app_id_of(options);
  if (!ours) return std::unexpected(ours.error());
  if (ascii_lower(app_id) == ascii_lower(*ours)) {
    return fail(ErrorCode::kInvalidArgument, doing + ": that is us",
                "clear it without naming an app: models of ours may be loaded");
  }
  options.app_id = app_id;
  const auto programs = running_programs();
  if (!programs) return while_doing(doing, programs.error());
  if (const auto pid = process_of(*programs, app_id, ::getpid())) {
    return fail(ErrorCode::kUnavailable,
                doing + ": it is running, as process " + std::to_string(*pid),
                "quit it, then try again");
  }
  const auto hidden = std::ranges::find(*programs, true, &RunningProgram::hidden);
  if (hidden != programs->end()) {
    return fail(ErrorCode::kUnavailable,
                doing + ": it may be running: the system hides what process " +
                    std::to_string(hidden->pid) + " runs",
                "try again as a user who may see it");
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
