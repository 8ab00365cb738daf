// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <string>

#include "command.h"

namespace papr::cli {

CLI::Validator not_empty() {
  return CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
}

CLI::Option* add_limit_option(CLI::App& command, std::size_t& limit, int most) {
  return command.add_option("-k,--limit", limit, "how many, at most")
      ->type_name("N")
      ->check(CLI::Range(1, most))
      ->capture_default_str();
}

void add_user_option(CLI::App& command, std::string& user) {
  command.add_option("--user", user, "only memories of this user")
      ->type_name("NAME")
      ->check(not_empty());
}

void add_function_option(CLI::App& command, std::string& function) {
  command
      .add_option("--function", function, "which function of the package (default: the model's)")
      ->type_name("NAME")
      ->check(not_empty());
}

}  // namespace papr::cli
