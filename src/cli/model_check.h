// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context.h"
#include "settings.h"

namespace papr::cli {

struct CheckArguments {
  std::string function;     ///< which one; empty: the model's default
  bool operations = false;  ///< list each with what it runs on
  std::string limit = "30m";
};

/// `papr model check`: loads the model in a child process, predicts with it, and says where it
/// runs, how fast, whether what comes out makes sense, and what to do where it does not. kDegraded
/// for a model that is over its budget or wrong, kFailed for one that does not run, or that ends
/// the process it runs in.
[[nodiscard]] ExitCode check(const CheckArguments& arguments, Context& context,
                             const GlobalOptions& global);

}  // namespace papr::cli
