// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <thread>
#include <utility>

namespace papr {

/// A thread that is waited for when its object goes. Stands for std::jthread, which libc++ 19 has
/// only as an experiment; to stop one early see base/cancel.h.
class JoiningThread {
 public:
  JoiningThread() = default;
  explicit JoiningThread(std::invocable auto body) : thread_(std::move(body)) {}
  JoiningThread(JoiningThread&&) noexcept = default;
  JoiningThread& operator=(JoiningThread&& other) noexcept {
    join();
    thread_ = std::move(other.thread_);
    return *this;
  }
  ~JoiningThread() { join(); }

  /// Waits for the end of the thread; at once when there is none.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

}  // namespace papr
