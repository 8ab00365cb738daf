// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "../base/state_file.h"
#include "../base/user_folders.h"
#include "../coreml_cache/cache_state.h"
#include "../coreml_cache/locate_caches.h"
#include "cache_arguments.h"
#include "cache_report.h"
#include "command.h"
#include "compiled_models.h"
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

--temporary, --app and --compiled each clear something else instead, whatever the cool-down:
  --temporary  compiled models in the temporary folder that their process left there and that nobody
               has open or has used for 24 hours
  --app ID     the cache of your own app ID, unless that runs
  --compiled   the models that papr itself compiled and keeps; those in use go with their last user
)";

/// What the state file says is ours. Without a home there is none, and so nothing more is ours.
Result<CacheOwnership> ownership_of(const Context& context) {
  const auto path = state_file_path(context.environment);
  if (!path) return CacheOwnership{};
  auto state = StateFile(*path).read();
  if (!state) return std::unexpected(state.error());
  return parse_cache_state(state->value(kCacheStateKey, nlohmann::json())).ownership;
}

ExitCode show(const CacheArguments& arguments, Breadth breadth, Context& context,
              const GlobalOptions& global) {
  const auto settings = options_of(arguments, context);
  if (!settings) return report_settings_error(context, global, settings.error());
  const CacheOptions& options = settings->cache;
  const auto ownership = ownership_of(context);
  if (!ownership) return report_error(context, global, ownership.error());
  const WallTime now = SystemClock().wall_now();
  auto places = locate_caches(options, *ownership, breadth, now, measuring_line(context, global));
  if (!places) return report_settings_error(context, global, places.error());
  say_where_none(options, context, global);
  const auto compiled = compiled_models_folder(context.environment);
  // A folder that stands for the caches stands for all of them.
  if (breadth == Breadth::kAll && compiled && arguments.caches_dir.empty()) {
    auto place = place_of(CompiledModelStore({.folder = *compiled}));
    if (place) places->push_back(std::move(*place));
  }
  if (breadth != Breadth::kAll) return report_size(context, global, *places);
  return report_places(context, global, *places, {.now = now, .entries = arguments.entries});
}

/// Gives the option of the caches folder.
CLI::Option* add_place_options(CLI::App& command, CacheArguments& arguments) {
  CLI::Option* const folder =
      command
          .add_option(
              "--caches-dir", arguments.caches_dir,
              "a folder that stands for ~/Library/Caches (default: $PAPR_CACHES_DIR, or that)")
          ->type_name("FOLDER")
          ->check(not_empty());
  command
      .add_option("--app-id", arguments.app_id,
                  "bundle id or process name that is yours: all in its folder may go (default: "
                  "$PAPR_APP_ID, or ai.papr.ondevice)")
      ->type_name("ID")
      ->check(not_empty());
  return folder;
}

void add_temporary_option(CLI::App& command, CacheArguments& arguments) {
  command
      .add_option("--temporary-dir", arguments.temporary_dir,
                  "a folder that stands for the user's temporary one (default: that, or none where "
                  "the caches folder is named)")
      ->type_name("FOLDER")
      ->check(not_empty());
}

}  // namespace

void add_cache_command(CLI::App& app, Action& action) {
  CLI::App* const cache = app.add_subcommand("cache", "caches of compiled Core ML models");
  cache->require_subcommand(1);
  auto arguments = std::make_shared<CacheArguments>();

  CLI::App* const list = cache->add_subcommand("list", "every place, whose it is, and its size");
  add_place_options(*list, *arguments);
  add_temporary_option(*list, *arguments);
  list->add_flag("--entries", arguments->entries, "also each entry, and why it may go or stays");
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
  CLI::Option* const caches_dir = add_place_options(*clear, *arguments);
  add_temporary_option(*clear, *arguments);
  clear->add_flag("--dry-run", arguments->dry_run, "only say what would be done");
  CLI::Option* const force = clear->add_flag("--force", arguments->force,
                                             "also within the cool-down; nothing else changes");
  CLI::Option* const temporary =
      clear->add_flag("--temporary", arguments->temporary, "leaked temporary models instead");
  CLI::Option* const app_option =
      clear->add_option("--app", arguments->other_app, "the cache of this app instead")
          ->type_name("ID")
          ->check(not_empty())
          ->excludes(temporary);
  clear->add_flag("--compiled", arguments->compiled, "the models that papr keeps instead")
      ->excludes(temporary)
      ->excludes(app_option)
      ->excludes(caches_dir)
      ->excludes(force);
  clear->footer(kClearFooter);
  clear->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return clear_cache(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
