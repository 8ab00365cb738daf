// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "../../src/model/model_backend.h"

namespace papr {

/// What happens to every load of a drill, or to its predictions.
struct Mishap {
  enum class Kind { kNone, kFail, kHang, kSlow, kStuck };
  Kind kind = Kind::kNone;
  std::string text;  ///< of kFail: what the runtime says; of kStuck: once this file is there
  std::chrono::milliseconds takes{};  ///< of kSlow
};

/// "none", "hang", "slow=3s", "fail=TEXT", "stuck=FILE": predictions hang once the file is there.
/// @error kInvalidArgument  anything else.
[[nodiscard]] Result<Mishap> parse_mishap(std::string_view text);

/// A real runtime whose loads meet a mishap first.
[[nodiscard]] std::unique_ptr<ModelBackend> make_mishap_backend(std::unique_ptr<ModelBackend> real,
                                                                Mishap mishap);

}  // namespace papr
