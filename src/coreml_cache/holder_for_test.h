// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

namespace papr {

/// A process that holds a file in some way until this object goes.
class HolderForTest {
 public:
  explicit HolderForTest(const std::function<void()>& hold) {
    std::array<int, 2> ready{};
    if (::pipe(ready.data()) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      hold();
      static_cast<void>(!::write(ready[1], "x", 1));
      ::pause();
      ::_exit(0);
    }
    ::close(ready[1]);
    char byte = 0;
    static_cast<void>(!::read(ready[0], &byte, 1));
    ::close(ready[0]);
  }
  HolderForTest(const HolderForTest&) = delete;
  HolderForTest& operator=(const HolderForTest&) = delete;
  ~HolderForTest() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  [[nodiscard]] pid_t pid() const noexcept { return child_; }

 private:
  pid_t child_ = -1;
};

}  // namespace papr
