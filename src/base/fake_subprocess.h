// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>

#include "subprocess.h"

namespace papr {

/// A machine on which just these programs are installed: each ends as written here.
class FakeSubprocess final : public Subprocess {
 public:
  explicit FakeSubprocess(std::map<std::string, Result<CommandOutput>> programs)
      : programs_(std::move(programs)) {}

  Result<CommandOutput> run(const Command& command) override {
    const auto program = programs_.find(command.argv.front());
    if (program != programs_.end()) return program->second;
    return fail(ErrorCode::kNotFound,
                "run \"" + command.argv.front() + "\": No such file or directory");
  }

 private:
  const std::map<std::string, Result<CommandOutput>> programs_;
};

}  // namespace papr
