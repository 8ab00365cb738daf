// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "../base/unique_fd.h"
#include "papr/result.h"

namespace papr::cli {

/// While it lives, the first SIGINT or SIGTERM is something to wait for instead of the end of the
/// process; a second one ends it. A closed pipe is an error of the write from here on, for the rest
/// of the program. One at a time.
class StopSignal {
 public:
  /// @error kUnavailable  the OS gave no descriptors.
  [[nodiscard]] static Result<StopSignal> install();

  /// Returns once one of the two has come, be it before the call.
  void wait() const;

  /// Waits until `time` at most. Whether one of the two has come, however long ago.
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point time) const;

  /// Lets `wait` return though neither has come.
  void wake() const;

  /// Ends the process by the signal that has come, as if it had not been waited for.
  static void raise_again();

  StopSignal(StopSignal&&) noexcept = default;
  StopSignal& operator=(StopSignal&&) = delete;
  ~StopSignal();

 private:
  StopSignal(UniqueFd reader, UniqueFd writer) noexcept;
  UniqueFd reader_, writer_;
};

}  // namespace papr::cli
