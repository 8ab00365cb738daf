// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"

namespace papr::cli {

/// `papr model run`: one prediction of any ML Program, its inputs and outputs in files *.npy.
void add_model_run_command(CLI::App& model_command, Action& action);

}  // namespace papr::cli
