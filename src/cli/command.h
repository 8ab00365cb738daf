// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "context.h"
#include "settings.h"

namespace CLI {
class App;
class Option;
class Validator;
}  // namespace CLI

namespace papr::cli {

/// What the chosen command does once its options are read. Set by the command that was named.
using Action = std::function<ExitCode(Context&, const GlobalOptions&)>;

/// Refuses an empty value: `--user "$U"` with U unset must not mean every user.
[[nodiscard]] CLI::Validator not_empty();

// Options that mean the same wherever they are.
CLI::Option* add_limit_option(CLI::App& command, std::size_t& limit, int most);
void add_user_option(CLI::App& command, std::string& user);
void add_function_option(CLI::App& command, std::string& function);

// Each adds one command to `app`: its options, its help, and what it sets `action` to when named.
void add_add_command(CLI::App& app, Action& action);
void add_cache_command(CLI::App& app, Action& action);
void add_delete_command(CLI::App& app, Action& action);
void add_help_command(CLI::App& app, Action& action);
void add_import_command(CLI::App& app, Action& action);
void add_list_command(CLI::App& app, Action& action);
void add_model_command(CLI::App& app, Action& action);
void add_pressure_command(CLI::App& app, Action& action);
void add_search_command(CLI::App& app, Action& action);
void add_serve_command(CLI::App& app, Action& action);

}  // namespace papr::cli
