// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../base/clock.h"
#include "papr/model.h"
#include "papr/result.h"

namespace papr {

/// The values of one probe; `views` point into it.
struct ProbeInput {
  TensorInfo info;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;
};

/// Small inputs that any sound model answers: a batch of one, sixteen long where the model takes
/// that; integers are 1, which is an id and a mask, or 0 where a table has one row; floats differ
/// and are in [1, 2). Pure.
/// @error kUnsupported  even the shortest shape has more than a million values.
[[nodiscard]] Result<std::vector<ProbeInput>> make_probe_inputs(const ModelInfo& info);

/// What is wrong with these outputs, in words: missing, of a wrong shape or size, not finite, or
/// nothing but zeros, which integers may be. Empty when they are sound. Pure.
[[nodiscard]] std::string problem_of_outputs(const ModelInfo& info,
                                             const std::vector<Tensor>& outputs);

/// Predicts up to six times: the first call pays for specialisation and is not counted, the median
/// of the next five is what the budget is held against. Ends earlier where three calls over the
/// budget have decided, or an output is wrong.
/// @error what a prediction met.
[[nodiscard]] Result<Verification> verify_model(LoadedModel& model, const Clock& clock,
                                                double budget_ms);

/// What helps where a sound model takes so long, in words. Pure.
[[nodiscard]] std::string slow_advice(double warm_ms);

}  // namespace papr
