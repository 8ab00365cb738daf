// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace papr::cli {

/// While it lives, SIGINT and SIGTERM ask a command that runs until then to end, instead of killing
/// the program; a second one kills. A closed pipe is an error of the write from here on, for the
/// rest of the program. At most one lives at a time.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// Waits until `time` or a signal. True when a signal has come, however long ago.
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point time) const;
};

}  // namespace papr::cli
