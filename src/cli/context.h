// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "../base/user_folders.h"
#include "../model/model_backend.h"

namespace papr::cli {

/// Everything of the outside that a command may touch, apart from the files it is given.
struct Context {
  std::istream& in;
  std::ostream& out;  ///< results: what a script would read
  std::ostream& err;  ///< diagnostics: what a person would read
  Environment environment;
  /// Of the terminals that `out` and `err` are; nullopt where it is none: nothing is cut there, and
  /// no progress drawn.
  std::optional<int> out_width_columns;
  std::optional<int> err_width_columns;
  /// The model runtime of this process.
  MakeModelBackend make_backend;
  /// How this program is started for a probe (papr/model_probe.h).
  std::vector<std::string> probe_command;
  /// Set by a command that leaves work behind which does not end, as a load that hangs: the program
  /// must then end without waiting for it.
  bool leave_at_once = false;
  /// Set by a command that prints until nobody listens: `out` is closed, and that is no failure.
  bool listener_left = false;
};

/// 0 done, 1 failed, 2 wrong usage, 3 done but degraded.
enum class ExitCode : int { kOk = 0, kFailed = 1, kUsage = 2, kDegraded = 3 };

}  // namespace papr::cli
