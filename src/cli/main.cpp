// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <string>
#include <vector>

#include "app.h"
#include "terminal.h"

int main(int argc, char** argv) {
  // Synced with stdio, std::cin takes a read error for the end of the input.
  std::ios::sync_with_stdio(false);
  papr::cli::Context context{.in = std::cin,
                             .out = std::cout,
                             .err = std::cerr,
                             .environment = papr::process_environment(),
                             .err_is_terminal = papr::cli::stderr_is_terminal(),
                             .width_columns = papr::cli::terminal_width_columns()};
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto code = papr::cli::run(arguments, context);
  std::cout.flush();
  // A script must not take half an answer for a whole one, as when the disk is full.
  const bool done = code == papr::cli::ExitCode::kOk || code == papr::cli::ExitCode::kDegraded;
  if (!std::cout && done && !context.listener_left) {
    std::cerr << "papr: write standard output: it was closed or is full\n";
    return static_cast<int>(papr::cli::ExitCode::kFailed);
  }
  return static_cast<int>(code);
}
