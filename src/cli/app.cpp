// SPDX-License-Identifier: Apache-2.0
#include "app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <ostream>
#include <utility>

#include "command.h"
#include "report.h"

namespace papr::cli {
namespace {

constexpr const char* kFooter = R"(First steps:
  export PAPR_MODEL=build/models/all-MiniLM-L6-v2/all-MiniLM-L6-v2.mlpackage
  papr add "The spare key is under the blue flowerpot"
  papr search "how do I get into the house"

Memories lie in $PAPR_STORE, or in your data folder. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 done but degraded. `papr COMMAND --help` tells more.
)";

// CLI11 has no parse result for "show this text": help and version come as exceptions.
ExitCode report_parse_end(const CLI::App& app, const CLI::ParseError& end, Context& context,
                          const GlobalOptions& options) {
  if (end.get_exit_code() == 0) {
    app.exit(end, context.out, context.err);
    return ExitCode::kOk;
  }
  return report_error(context, options,
                      {.code = ErrorCode::kInvalidArgument,
                       .message = end.what(),
                       .remedy = "`papr --help` and `papr COMMAND --help` list what there is"},
                      ExitCode::kUsage);
}

ExitCode parse_and_run(std::vector<std::string> arguments, Context& context) {
  GlobalOptions options;
  // Known before parsing, so that a usage error has the form that was asked for.
  options.json = std::ranges::find(arguments, "--json") != arguments.end();

  CLI::App app("On-device memory search that stays fast when memory runs short", "papr");
  app.footer(kFooter);
  app.set_version_flag("--version", PAPR_VERSION);
  app.add_flag("--json", options.json, "print one JSON object on stdout");
  app.add_flag("--quiet", options.quiet, "no remarks and no progress on stderr");
  app.add_option("--model", options.model, "the .mlpackage to use (default: $PAPR_MODEL)");
  app.add_option("--store", options.store, "the SQLite file to use (default: $PAPR_STORE)");
  app.require_subcommand(1);
  app.fallthrough();  // `papr search tea --json` as well as `papr --json search tea`
  app.get_formatter()->column_width(28);

  Action action;
  add_search_command(app, action);
  add_add_command(app, action);
  add_import_command(app, action);
  add_list_command(app, action);
  add_delete_command(app, action);
  add_serve_command(app, action);
  add_model_command(app, action);
  add_cache_command(app, action);
  add_pressure_command(app, action);

  std::ranges::reverse(arguments);  // CLI11 takes a vector from its end.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& end) {
    return report_parse_end(app, end, context, options);
  }
  try {
    return action(context, options);
  } catch (const std::exception& error) {  // as when memory runs out
    return report_error(context, options,
                        {.code = ErrorCode::kUnavailable, .message = error.what(), .remedy = {}});
  }
}

}  // namespace

CLI::Validator not_empty() {
  return CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
}

ExitCode run(std::vector<std::string> arguments, Context& context) noexcept try {
  return parse_and_run(std::move(arguments), context);
} catch (const std::exception& error) {
  context.err << "papr: " << error.what() << '\n';
  return ExitCode::kFailed;
}

}  // namespace papr::cli
