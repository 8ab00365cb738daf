// SPDX-License-Identifier: Apache-2.0
#include "help_formatter.h"

#include <vector>

namespace papr::cli {
namespace {

// CLI11 appends what validators say of themselves, as in "N:INT in [1 - 10000]".
std::string value_word(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

}  // namespace

HelpFormatter::HelpFormatter() {
  column_width(28);
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  // What an argument is called says what it is; a flag has no value.
  if (option->get_positional()) return {};
  return option->get_type_size() == 0 ? std::string() : " " + value_word(*option);
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  const auto say = [&text](const std::string& more) { text += " (" + more + ")"; };
  if (!option->get_default_str().empty()) say("default: " + option->get_default_str());
  for (const CLI::Option* other : option->get_needs()) say("with " + other->get_name());
  for (const CLI::Option* other : option->get_excludes()) say("not with " + other->get_name());
  return text;
}

std::string HelpFormatter::make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const {
  std::string text = Formatter::make_subcommands(app, mode);
  const CLI::App* root = app;
  while (root->get_parent() != nullptr) root = root->get_parent();
  if (root == app) return text;
  const auto global = root->get_options([root](const CLI::Option* option) {
    return option != root->get_help_ptr() && option != root->get_version_ptr();
  });
  return text + make_group("Options of every command", false, global);
}

}  // namespace papr::cli
