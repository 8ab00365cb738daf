// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../../src/model/model_backend.h"

namespace papr {

/// What happens to one load, and to the predictions of the model that comes of it.
struct Mishap {
  enum class Load { kGood, kFails, kHangs, kDies };
  enum class Run { kGood, kFails, kZeros, kNotFinite, kWrongSize, kHangs, kDies };

  Load load = Load::kGood;
  std::chrono::milliseconds load_takes{};  ///< more than it takes by itself
  std::string text;                        ///< what the runtime says where something fails
  Run run = Run::kGood;
  std::chrono::milliseconds run_takes{};  ///< more than it takes by itself
  int first_run = 0;                      ///< of those that it happens to, counted from 0
  int last_run = std::numeric_limits<int>::max();
  std::string sign;  ///< where not empty: it happens to predictions once this file is there
};

/// "none", "hang", "die", "slow=TIME", "fail=TEXT": of the load. "stuck=FILE": predictions hang
/// once the file is there. "run-fail=TEXT", "run-slow=TIME", "zeros", "nan", "short", "run-die": of
/// predictions, with "@FIRST-LAST" behind only of those, counted from 0. Several with '|' between:
/// one for each load, the last for all that follow.
/// @error kInvalidArgument  anything else.
[[nodiscard]] Result<std::vector<Mishap>> parse_mishaps(std::string_view text);

/// A runtime to whose loads these mishaps happen, in order, the last one for ever. `mishaps` is not
/// empty. Time is real.
[[nodiscard]] std::unique_ptr<ModelBackend> make_mishap_backend(std::unique_ptr<ModelBackend> real,
                                                                std::vector<Mishap> mishaps);

}  // namespace papr
