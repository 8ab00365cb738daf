// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../base/unique_fd.h"
#include "papr/result.h"

namespace papr::cli {

/// Turns SIGINT and SIGTERM from an end of the process into something to wait for, while it lives.
/// One at a time.
class StopSignal {
 public:
  /// @error kUnavailable  the OS gave no descriptors.
  [[nodiscard]] static Result<StopSignal> install();

  /// Returns once one of the two has come, be it before the call.
  void wait() const;

  StopSignal(StopSignal&&) noexcept = default;
  StopSignal& operator=(StopSignal&&) = delete;
  ~StopSignal();

 private:
  StopSignal(UniqueFd reader, UniqueFd writer) noexcept;
  UniqueFd reader_, writer_;
};

}  // namespace papr::cli
