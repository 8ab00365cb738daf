// SPDX-License-Identifier: Apache-2.0
#include "../coreml_cache/cache_clear.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "../base/state_file.h"
#include "../base/user_folders.h"
#include "../model/explicit_clear.h"
#include "../pressure/memory_source.h"
#include "../pressure/pressure_meter.h"
#include "cache_arguments.h"
#include "cache_report.h"
#include "client_settings.h"
#include "compiled_models.h"
#include "event_sinks.h"
#include "pressure_settings.h"
#include "report.h"

namespace papr::cli {
namespace {

/// All to the file that PAPR_EVENTS_FILE names; to a person what the report at the end will not
/// say.
class ClearSink final : public EventSink {
 public:
  ClearSink(EventSinks& file, Context& context, const GlobalOptions& global) : file_(file) {
    if (!global.quiet && !global.json) human_.emplace(context.err);
  }
  void on_event(const Event& event) noexcept override {
    file_.on_event(event);
    if (human_ && !event.name.starts_with("cache_clear")) human_->on_event(event);
  }

 private:
  EventSinks& file_;
  std::optional<HumanSink> human_;
};

ExitCode clear_ours_and_legacy(const CacheArguments& arguments, Context& context,
                               const GlobalOptions& global) {
  const auto options = options_of(arguments, context);
  if (!options) return report_settings_error(context, global, options.error());
  const auto pressure = pressure_options("", context.environment);
  if (!pressure) return report_settings_error(context, global, pressure.error());
  auto source = make_memory_source(pressure->source);
  if (!source) return report_settings_error(context, global, source.error());
  const auto file = EventSinks::open({.json = global.json, .quiet = true}, context);
  if (!file) return report_error(context, global, file.error());
  ClearSink events(**file, context, global);

  std::optional<StateFile> state;
  if (const auto path = state_file_path(context.environment)) state.emplace(*path, &events);
  const auto clock = std::make_shared<const SystemClock>();
  PressureMeter meter({.source = std::move(*source),
                       .thresholds = pressure->thresholds,
                       .clock = clock,
                       .state = state ? &*state : nullptr,
                       .events = &events});
  const auto done = clear_explicitly(
      {.options = *options,
       .breadth = Breadth::kAll,
       .force = arguments.force,
       .dry_run = arguments.dry_run,
       .progress = measuring_line(context, global)},
      {.state = state ? &*state : nullptr, .pressure = &meter, .clock = *clock, .events = &events});
  if (!done) return report_settings_error(context, global, done.error());
  say_where_none(options->cache, context, global);
  return report_clear(context, global, *done);
}

/// What belongs to nobody's cool-down.
ExitCode clear_one_off(const CacheArguments& arguments, Context& context,
                       const GlobalOptions& global) {
  const auto options = options_of(arguments, context);
  if (!options) return report_settings_error(context, global, options.error());
  const auto file = EventSinks::open({.json = global.json, .quiet = true}, context);
  if (!file) return report_error(context, global, file.error());
  const OneOffClear how{.dry_run = arguments.dry_run,
                        .progress = measuring_line(context, global),
                        .events = file->get()};
  const SystemClock clock;
  auto report = arguments.temporary ? clear_temporary(options->cache, how, clock)
                                    : clear_app(options->cache, arguments.other_app, how, clock);
  if (!report) return report_settings_error(context, global, report.error());
  return report_clear(context, global, {.report = std::move(*report)},
                      arguments.temporary ? "temporary models" : "cache of that app");
}

ExitCode clear_compiled(const CacheArguments& arguments, Context& context,
                        const GlobalOptions& global) {
  const auto folder = compiled_models_folder(context.environment);
  if (!folder) return report_clear(context, global, {});
  const auto file = EventSinks::open({.json = global.json, .quiet = true}, context);
  if (!file) return report_error(context, global, file.error());
  const SystemClock clock;
  const CompiledModelStore store({.folder = *folder, .clock = &clock, .events = file->get()});
  auto report = clear_all(store, arguments.dry_run);
  if (!report) return report_error(context, global, report.error());
  return report_clear(context, global, {.report = std::move(*report)}, "compiled models");
}

}  // namespace

Result<GuardOptions> options_of(const CacheArguments& arguments, const Context& context) {
  auto options = guard_settings(context);
  if (!options) return options;
  if (!arguments.caches_dir.empty()) options->cache.caches_dir = arguments.caches_dir;
  if (!arguments.app_id.empty()) options->cache.app_id = arguments.app_id;
  options->cache.temporary_dir = arguments.temporary_dir;
  return options;
}

SurveyProgress measuring_line(Context& context, const GlobalOptions& global) {
  if (!context.err_width_columns || global.quiet || global.json) return {};
  return [&context](const SurveyCount& so_far) {
    const std::string line = fmt::format("measuring: {} files, {}", with_thousands(so_far.files),
                                         size_text(so_far.bytes));
    const auto width = static_cast<std::size_t>(*context.err_width_columns) - 1;
    // Back to the start, so that what is printed next takes its place.
    context.err << line.substr(0, width) << "\x1b[K\r" << std::flush;
  };
}

void say_where_none(const CacheOptions& options, Context& context, const GlobalOptions& global) {
  if (get_coreml_cache_dir(options)) return;
  remark(context, global,
         "no Core ML caches on this system; --caches-dir names a folder to look in");
}

ExitCode clear_cache(const CacheArguments& arguments, Context& context,
                     const GlobalOptions& global) {
  if (arguments.compiled) return clear_compiled(arguments, context, global);
  if (arguments.temporary || !arguments.other_app.empty()) {
    return clear_one_off(arguments, context, global);
  }
  return clear_ours_and_legacy(arguments, context, global);
}

}  // namespace papr::cli
