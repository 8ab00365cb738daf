// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check_model.h"
#include "model_backend.h"
#include "papr/result.h"

namespace papr {

/// What a child process is to try.
struct ProbeRequest {
  std::filesystem::path package;
  LoadOptions how = {};
  std::filesystem::path compiled_models = {};  ///< where what it compiles is kept; empty: nowhere
  double budget_ms = 150;
  /// As a first start without anything kept, and then as a later one; else one load that keeps.
  bool cold_and_warm = false;
  bool operations = false;  ///< not to try it, but to list its operations
  std::int64_t parent = 0;  ///< the process that asks: without it nobody hears the answer
};

// What passes between a process and its child: words of its command line there, one line of JSON
// back. A child may be killed at any byte, so what is not whole is an error.

/// Paths are words of their own, for they may be any bytes.
[[nodiscard]] std::vector<std::string> words_of(const ProbeRequest& request);
/// @error kCorrupt  they are no request.
[[nodiscard]] Result<ProbeRequest> parse_probe_request(std::span<const std::string> words);

/// What was seen, or the error that the model met.
[[nodiscard]] std::string text_of(const Result<ModelCheck>& answer);
/// Nothing where it is no answer.
[[nodiscard]] std::optional<Result<ModelCheck>> parse_probe_answer(std::string_view text);

}  // namespace papr
