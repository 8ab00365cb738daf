// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "../base/joining_thread.h"
#include "stop_signal.h"

namespace papr::cli {

/// While it lives, Ctrl-C or SIGTERM ends the process as ever, but a load that it interrupts does
/// not count as one that has killed us. A thread waits for the signal.
class LoadInterrupt {
 public:
  /// Null where the OS has no descriptors or threads left: then such a load counts.
  [[nodiscard]] static std::unique_ptr<LoadInterrupt> watch(std::filesystem::path state_file);
  ~LoadInterrupt();
  LoadInterrupt(const LoadInterrupt&) = delete;
  LoadInterrupt& operator=(const LoadInterrupt&) = delete;

 private:
  explicit LoadInterrupt(StopSignal stop) : stop_(std::move(stop)) {}

  StopSignal stop_;
  std::atomic<bool> done_ = false;
  JoiningThread thread_;
};

}  // namespace papr::cli
