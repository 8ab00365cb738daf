// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "papr/result.h"

namespace papr {

/// Runs tasks on threads that are kept for the next task, so that a warm search pays a wake-up and
/// not a thread. No thread exists before the first task.
///
/// A task that hangs is never waited for: destroying this ends the idle threads and waits for these
/// only; a running task ends by itself, later. So a task must own (by shared_ptr) all that it uses.
class TaskThreads {
 public:
  explicit TaskThreads(std::size_t most_threads = 64);
  TaskThreads(const TaskThreads&) = delete;
  TaskThreads& operator=(const TaskThreads&) = delete;
  ~TaskThreads();

  /// Starts `task` at once, on an idle thread or a new one. It must not throw.
  /// @error kUnavailable  `most_threads` are busy, or the OS gives no more.
  [[nodiscard]] Result<> run(std::function<void()> task);

  /// Waits until every task has returned, at most `limit`. Whether that is so.
  [[nodiscard]] bool wait_until_idle(std::chrono::milliseconds limit) const;

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;
  std::size_t most_threads_;
};

}  // namespace papr
