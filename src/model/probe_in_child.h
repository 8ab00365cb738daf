// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "../base/subprocess.h"
#include "check_model.h"
#include "papr/result.h"
#include "probe_text.h"

namespace papr {

/// How a probe in a child process ended.
struct ProbeEnd {
  enum class How {
    kAnswered,    ///< the child told what it saw, be it an error
    kDied,        ///< it was ended by the model, or hung until it was
    kNotStarted,  ///< nothing is known of the model
  };
  How how;
  Result<ModelCheck> answer;  ///< an error says what happened
};

/// As in events: "answered", "died", "not_started".
[[nodiscard]] std::string_view name_of(ProbeEnd::How how) noexcept;

struct ProbeHow {
  std::vector<std::string> command;  ///< as model_probe_command() gives it
  /// The longest that a child may take. Some models compile for 25 minutes on their first start.
  std::chrono::milliseconds limit = std::chrono::minutes(30);
};

/// Tries a model in a child process of its own. Blocks.
[[nodiscard]] ProbeEnd probe_in_child(ProbeRequest request, const ProbeHow& how,
                                      Subprocess& subprocess);

/// Tries a model before it is loaded here. Empty: that is not wanted.
using ModelProbe = std::function<ProbeEnd(ProbeRequest request)>;

/// In a child that keeps what it compiles in `compiled_models`; empty where `command` is.
[[nodiscard]] ModelProbe make_model_probe(const std::vector<std::string>& command,
                                          const std::filesystem::path& compiled_models);

}  // namespace papr
