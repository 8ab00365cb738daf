// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace papr {

/// What is true of a process as a whole, however many loaders it has: compiled models that were
/// mapped once may still be read by the runtime, so nothing of them is cleared any more.
struct ProcessHistory {
  std::atomic<bool> had_model = false;  ///< a load was begun; never false again
};

/// Of this process.
[[nodiscard]] ProcessHistory& this_process() noexcept;

}  // namespace papr
