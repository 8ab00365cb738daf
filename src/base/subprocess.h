// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "papr/result.h"

namespace papr {

/// A command to run: `argv[0]` is looked up as find_program() does; no shell is involved.
struct Command {
  std::vector<std::string> argv;
  std::chrono::milliseconds time_limit{2000};
  std::size_t output_limit_bytes = std::size_t{1} << 20;  ///< of standard output; more is an error
};

/// How a command ended that ran to its end.
struct CommandOutput {
  int exit_code = 0;  ///< 128 + the signal's number when a signal ended it; 127: not executable
  std::string out;    ///< standard output; standard error goes to /dev/null
};

/// Running other programs. May be called from several threads.
class Subprocess {
 public:
  virtual ~Subprocess() = default;

  /// Runs the command in a process group of its own, with standard input from /dev/null. The whole
  /// group is killed when a limit is passed and when the command has ended, so that no child is
  /// left behind. Where this process ends before that, the command ends at most 2 s after its
  /// limit, unless it ignores SIGALRM (its children may stay).
  /// @error kNotFound     no such program.
  /// @error kTimeout      `time_limit` ran out.
  /// @error kCorrupt      more than `output_limit_bytes` on standard output.
  /// @error kUnavailable  the OS could not start it, or somebody else has waited for it.
  [[nodiscard]] virtual Result<CommandOutput> run(const Command& command) = 0;
};

/// Runs real programs.
[[nodiscard]] std::unique_ptr<Subprocess> make_subprocess();

}  // namespace papr
