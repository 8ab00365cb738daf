// SPDX-License-Identifier: Apache-2.0
#include "run_process.h"

#include <cstdlib>
#include <iostream>

#include "../model/probe_child.h"
#include "app.h"
#include "papr/model_probe.h"
#include "process_setup.h"
#include "terminal.h"

namespace papr::cli {

namespace {

// Empty where the system does not say which file this program is.
std::vector<std::string> probe_command_with(const std::vector<std::string>& before) {
  auto command = model_probe_command().value_or(std::vector<std::string>());
  if (!command.empty()) command.insert(command.begin() + 1, before.begin(), before.end());
  return command;
}

}  // namespace

int run_process(const std::vector<std::string>& arguments, const MakeModelBackend& make_backend,
                const std::vector<std::string>& before) {
  if (const auto code = run_probe_child(arguments, make_backend)) return *code;
  prepare_process();
  // Synced with stdio, std::cin takes a read error for the end of the input.
  std::ios::sync_with_stdio(false);
  Context context{.in = std::cin,
                  .out = std::cout,
                  .err = std::cerr,
                  .environment = process_environment(),
                  .out_width_columns = stdout_width_columns(),
                  .err_width_columns = stderr_width_columns(),
                  .make_backend = make_backend,
                  .probe_command = probe_command_with(before)};
  ExitCode code = run(arguments, context);
  std::cout.flush();
  // A script must not take half an answer for a whole one, as when the disk is full.
  const bool done = code == ExitCode::kOk || code == ExitCode::kDegraded;
  if (!std::cout && done && !context.listener_left) {
    std::cerr << "papr: write standard output: it was closed or is full\n";
    code = ExitCode::kFailed;
  }
  if (context.leave_at_once) {
    std::cerr.flush();
    std::_Exit(static_cast<int>(code));
  }
  return static_cast<int>(code);
}

}  // namespace papr::cli
