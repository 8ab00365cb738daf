// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "../base/state_file.h"
#include "../coreml_cache/cache_state.h"
#include "../coreml_cache/locate_caches.h"
#include "../model/explicit_clear.h"
#include "../pressure/memory_source.h"
#include "../pressure/pressure_meter.h"
#include "cache_report.h"
#include "client_settings.h"
#include "command.h"
#include "event_sinks.h"
#include "pressure_settings.h"
#include "report.h"

namespace papr::cli {
namespace {

constexpr const char* kClearFooter =
    R"(Clears what is ours: all in the folder of our app id, and entries that our own loads made elsewhere.
Of com.apple.CoreML also what nobody has open or has used for 10 minutes. Never what other programs
made, shared and system caches, or what lies behind a link. A cleared model is compiled again when it
is next loaded, which can take minutes; so within $PAPR_CACHE_COOLDOWN (30m) of the last clear, also
one that a load did by itself, nothing is cleared without --force. While another program has a model
of ours loaded nothing is cleared at all: the next load clears first. Exit code 3: something could
not be cleared, or was kept for one of these two reasons.
)";

struct CacheArguments {
  std::string caches_dir;
  std::string app_id;
  bool dry_run = false;
  bool force = false;
};

/// Arguments, then the environment, as for the loads of this user: what they clear is what is
/// shown.
Result<GuardOptions> options_of(const CacheArguments& arguments, const Context& context) {
  auto options = guard_settings(context);
  if (!options) return options;
  if (!arguments.caches_dir.empty()) options->cache.caches_dir = arguments.caches_dir;
  if (!arguments.app_id.empty()) options->cache.app_id = arguments.app_id;
  return options;
}

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

/// What the state file says is ours. Without a home there is none, and so nothing more is ours.
Result<CacheOwnership> ownership_of(const Context& context) {
  const auto path = state_file_path(context.environment);
  if (!path) return CacheOwnership{};
  auto state = StateFile(*path).read();
  if (!state) return std::unexpected(state.error());
  return parse_cache_state(state->value(kCacheStateKey, nlohmann::json())).ownership;
}

void say_where_none(const CacheOptions& options, Context& context, const GlobalOptions& global) {
  if (get_coreml_cache_dir(options)) return;
  remark(context, global,
         "no Core ML caches on this system; --caches-dir names a folder to look in");
}

ExitCode show(const CacheArguments& arguments, Breadth breadth, Context& context,
              const GlobalOptions& global) {
  const auto settings = options_of(arguments, context);
  if (!settings) return report_settings_error(context, global, settings.error());
  const CacheOptions& options = settings->cache;
  const auto ownership = ownership_of(context);
  if (!ownership) return report_error(context, global, ownership.error());
  const WallTime now = SystemClock().wall_now();
  const auto places = locate_caches(options, *ownership, breadth, now);
  if (!places) return report_settings_error(context, global, places.error());
  say_where_none(options, context, global);
  return breadth == Breadth::kAll ? report_places(context, global, *places, now)
                                  : report_size(context, global, *places);
}

ExitCode clear_now(const CacheArguments& arguments, Context& context, const GlobalOptions& global) {
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
       .dry_run = arguments.dry_run},
      {.state = state ? &*state : nullptr, .pressure = &meter, .clock = *clock, .events = &events});
  if (!done) return report_settings_error(context, global, done.error());
  say_where_none(options->cache, context, global);
  return report_clear(context, global, *done);
}

void add_place_options(CLI::App& command, CacheArguments& arguments) {
  command
      .add_option("--caches-dir", arguments.caches_dir,
                  "a folder that stands for ~/Library/Caches (default: $PAPR_CACHES_DIR, or that)")
      ->type_name("FOLDER")
      ->check(not_empty());
  command
      .add_option("--app-id", arguments.app_id,
                  "bundle id or process name that is ours (default: $PAPR_APP_ID, or "
                  "ai.papr.ondevice)")
      ->type_name("ID")
      ->check(not_empty());
}

}  // namespace

void add_cache_command(CLI::App& app, Action& action) {
  CLI::App* const cache = app.add_subcommand("cache", "caches of compiled Core ML models");
  cache->require_subcommand(1);
  auto arguments = std::make_shared<CacheArguments>();

  CLI::App* const list = cache->add_subcommand("list", "every place, whose it is, and its size");
  add_place_options(*list, *arguments);
  list->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return show(*arguments, Breadth::kAll, context, global);
    };
  });

  CLI::App* const size = cache->add_subcommand("size", "what is ours and legacy, on disk");
  add_place_options(*size, *arguments);
  size->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return show(*arguments, Breadth::kMayClear, context, global);
    };
  });

  CLI::App* const clear = cache->add_subcommand("clear", "delete what is ours and unused");
  add_place_options(*clear, *arguments);
  clear->add_flag("--dry-run", arguments->dry_run, "only say what would be done");
  clear->add_flag("--force", arguments->force, "also within the cool-down; nothing else changes");
  clear->footer(kClearFooter);
  clear->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return clear_now(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
