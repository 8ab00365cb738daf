// SPDX-License-Identifier: Apache-2.0
#include "usage_error.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "../base/text_line.h"

namespace papr::cli {
namespace {

// As far as the arguments name one: "papr cache" of `papr cache nosuch`.
struct Command {
  const CLI::App* app;
  std::string words;
};

Command command_of(const CLI::App& root) {
  Command command{&root, root.get_name()};
  while (!command.app->get_subcommands().empty()) {
    command.app = command.app->get_subcommands().front();
    command.words += " " + command.app->get_name();
  }
  return command;
}

// What has `word` as its beginning, if that is one command: "delete" for "del".
std::string meant_by(const std::string& word, const CLI::App& app) {
  const auto found = app.get_subcommands(
      [&word](const CLI::App* one) { return one->get_name().starts_with(word); });
  return found.size() == 1 ? found.front()->get_name() : std::string();
}

Error no_such_command(const Command& command, const std::vector<std::string>& rest) {
  Error error{ErrorCode::kInvalidArgument, "\"" + command.words + "\" needs a command",
              "`" + command.words + " --help` lists them"};
  if (rest.empty()) return error;
  const std::string& word = rest.front();
  const bool option = word.starts_with('-');
  const std::string where = command.app->get_parent() == nullptr ? "" : command.words + ": ";
  error.message = where + (option ? "no option \"" : "no command \"") + one_line(word, 100) + '"';
  error.remedy = "`" + command.words + " --help` lists what there is";
  if (const auto meant = option ? std::string() : meant_by(word, *command.app); !meant.empty()) {
    error.remedy = "did you mean \"" + meant + "\"? " + error.remedy;
  }
  return error;
}

// CLI11 names an option by its long name, whichever was given.
std::string as_written(std::string message, const CLI::App& app,
                       const std::vector<std::string>& arguments) {
  const auto written = [&arguments](const std::string& name) {
    return std::ranges::any_of(arguments,
                               [&name](const std::string& one) { return one.starts_with(name); });
  };
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    const auto at = message.find(name);
    if (at == std::string::npos || option->get_snames().empty() || written(name)) continue;
    const std::string other = "-" + option->get_snames().front();
    if (written(other)) message.replace(at, name.size(), other);
  }
  return message;
}

}  // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& refusal,
                  const std::vector<std::string>& arguments) {
  const Command command = command_of(app);
  const bool of_words =
      refusal.get_name() == "RequiredError" || refusal.get_name() == "ExtrasError";
  if (of_words && command.app->get_require_subcommand_min() > 0) {
    return no_such_command(command, app.remaining());
  }
  return {ErrorCode::kInvalidArgument, as_written(refusal.what(), *command.app, arguments),
          "`" + command.words + " --help` lists what there is"};
}

}  // namespace papr::cli
