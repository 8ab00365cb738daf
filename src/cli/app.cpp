// SPDX-License-Identifier: Apache-2.0
#include "app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <memory>
#include <ostream>
#include <utility>

#include "command.h"
#include "config_file.h"
#include "help_formatter.h"
#include "report.h"
#include "usage_error.h"

namespace papr::cli {
namespace {

constexpr const char* kFooter = R"(First steps:
  export PAPR_MODEL=build/models/all-MiniLM-L6-v2/all-MiniLM-L6-v2.mlpackage
  papr add "The spare key is under the blue flowerpot"
  papr search "how do I get into the house"

Memories lie in $PAPR_STORE, or in your data folder. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 done but degraded. `papr COMMAND --help` tells more.
)";

void add_commands(CLI::App& app, Action& action) {
  add_search_command(app, action);
  add_add_command(app, action);
  add_import_command(app, action);
  add_list_command(app, action);
  add_delete_command(app, action);
  add_serve_command(app, action);
  add_model_command(app, action);
  add_cache_command(app, action);
  add_pressure_command(app, action);
  add_help_command(app, action);
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.set_version_flag("--version", PAPR_VERSION, "print the version and exit");
  app.add_flag("--json", options.json, "print one JSON object on stdout");
  app.add_flag("--quiet", options.quiet, "no remarks and no progress on stderr");
  app.add_option("--model", options.model, "the .mlpackage to use (default: $PAPR_MODEL)")
      ->type_name("PATH");
  app.add_option("--store", options.store, "the SQLite file to use (default: $PAPR_STORE)")
      ->type_name("FILE");
}

ExitCode parse_and_run(std::vector<std::string> arguments, Context& context) {
  if (arguments.empty()) arguments.emplace_back("help");
  GlobalOptions options;
  // Known before parsing, so that a usage error has the form that was asked for.
  options.json = std::ranges::find(arguments, "--json") != arguments.end();

  CLI::App app("On-device memory search that stays fast when memory runs short", "papr");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "print this and exit");
  app.require_subcommand(1);
  app.fallthrough();  // `papr search tea --json` as well as `papr --json search tea`
  app.group("Commands");
  add_global_options(app, options);
  Action action;
  add_commands(app, action);
  app.footer(kFooter);  // last, or else every command had it

  try {
    // CLI11 takes a vector from its end.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& end) {
    // CLI11 has no parse result for "show this text": help and version come as exceptions.
    if (end.get_exit_code() == 0) {
      app.exit(end, context.out, context.err);
      return ExitCode::kOk;
    }
    return report_error(context, options, usage_error(app, end, arguments), ExitCode::kUsage);
  }
  // Who asks for help gets it, whatever that file is like.
  if (!app.got_subcommand("help")) {
    auto environment = with_config_file(context.environment);
    if (!environment) return report_settings_error(context, options, environment.error());
    context.environment = std::move(*environment);
  }
  try {
    return action(context, options);
  } catch (const std::exception& error) {  // as when memory runs out
    return report_error(context, options,
                        {.code = ErrorCode::kUnavailable, .message = error.what(), .remedy = {}});
  }
}

}  // namespace

ExitCode run(std::vector<std::string> arguments, Context& context) noexcept try {
  return parse_and_run(std::move(arguments), context);
} catch (const std::exception& error) {
  context.err << "papr: " << error.what() << '\n';
  return ExitCode::kFailed;
}

}  // namespace papr::cli
