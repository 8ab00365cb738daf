// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "command.h"
#include "report.h"

namespace papr::cli {
namespace {

ExitCode help(const CLI::App& root, const std::vector<std::string>& words, Context& context,
              const GlobalOptions& global) {
  const CLI::App* app = &root;
  std::string before;
  for (const std::string& word : words) {
    const auto found =
        app->get_subcommands([&word](const CLI::App* one) { return one->get_name() == word; });
    if (found.empty()) {
      return report_error(context, global,
                          {.code = ErrorCode::kInvalidArgument,
                           .message = "no command \"" + one_line(word, 100) + '"',
                           .remedy = "`papr --help` lists the commands"},
                          ExitCode::kUsage);
    }
    before += (before.empty() ? "" : " ") + app->get_name();
    app = found.front();
  }
  // Not of `root` itself: CLI11 would give the help of the command that was parsed, which is this.
  context.out << app->get_formatter()->make_help(
      app, before + (before.empty() ? "" : " ") + app->get_name(), CLI::AppFormatMode::Normal);
  return ExitCode::kOk;
}

}  // namespace

void add_help_command(CLI::App& app, Action& action) {
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* const command = app.add_subcommand("help", "the help of a command");
  command->add_option("COMMAND", *words, "of which; none: what commands there are");
  command->callback([words, &app, &action] {
    action = [words, &app](Context& context, const GlobalOptions& global) {
      return help(app, *words, context, global);
    };
  });
}

}  // namespace papr::cli
