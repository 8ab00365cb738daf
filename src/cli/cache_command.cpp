// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "../base/duration.h"
#include "../coreml_cache/cache_clear.h"
#include "../coreml_cache/cache_state.h"
#include "../coreml_cache/locate_caches.h"
#include "cache_report.h"
#include "command.h"
#include "report.h"

namespace papr::cli {
namespace {

constexpr const char* kClearFooter =
    R"(Clears what is ours: all in the folder of our app id, and entries that our own loads made elsewhere.
Of com.apple.CoreML also what nobody has open or has used for 10 minutes. Never what other programs
made, shared and system caches, or what lies behind a link. A cleared model is compiled again when it
is next loaded, which can take minutes; so within $PAPR_CACHE_COOLDOWN (30m) of the last clear
nothing is cleared without --force. Exit code 3: something could not be cleared, or is too new.
)";

struct CacheArguments {
  std::string caches_dir;
  std::string app_id;
  bool dry_run = false;
  bool force = false;
};

CacheOptions options_of(const CacheArguments& arguments, const Context& context) {
  CacheOptions options{.caches_dir = arguments.caches_dir, .app_id = arguments.app_id};
  if (options.app_id.empty()) options.app_id = context.environment("PAPR_APP_ID").value_or("");
  return options;
}

Result<std::chrono::milliseconds> cooldown_of(const CacheArguments& arguments,
                                              const Context& context) {
  if (arguments.force) return std::chrono::milliseconds(0);
  const auto text = context.environment("PAPR_CACHE_COOLDOWN").value_or("30m");
  auto cooldown = parse_duration(text);
  if (!cooldown) return while_doing("read PAPR_CACHE_COOLDOWN", cooldown.error());
  return cooldown;
}

/// What the state file says is ours. Without a home there is none, and so nothing more is ours.
Result<CacheOwnership> ownership_of(const Context& context) {
  const auto path = state_path(context);
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
  const CacheOptions options = options_of(arguments, context);
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
  const CacheOptions options = options_of(arguments, context);
  const auto cooldown = cooldown_of(arguments, context);
  if (!cooldown) return report_settings_error(context, global, cooldown.error());
  const auto path = state_path(context);
  StateFile state(path.value_or(std::filesystem::path()));
  const ClearRequest request{.cache = options,
                             .scope = ClearScope::kOursAndLegacy,
                             .breadth = Breadth::kAll,
                             .dry_run = arguments.dry_run,
                             .cooldown = *cooldown};
  const auto report = clear_caches(request, path ? &state : nullptr, SystemClock(), nullptr);
  if (!report) return report_settings_error(context, global, report.error());
  say_where_none(options, context, global);
  return report_clear(context, global, *report);
}

void add_place_options(CLI::App& command, CacheArguments& arguments) {
  command
      .add_option("--caches-dir", arguments.caches_dir, "a folder that stands for ~/Library/Caches")
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
