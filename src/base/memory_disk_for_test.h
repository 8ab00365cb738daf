// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace papr {

/// Temporary folders in memory while this lives, where there is such a disk: on a real one each
/// fsync of many runs would be waited for. For tests that have no other thread.
class MemoryDiskForTest {
 public:
  MemoryDiskForTest() {
    if (const char* const before = std::getenv("TMPDIR")) before_ = before;
    if (::access("/dev/shm", W_OK | X_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
  }
  MemoryDiskForTest(const MemoryDiskForTest&) = delete;
  MemoryDiskForTest& operator=(const MemoryDiskForTest&) = delete;
  ~MemoryDiskForTest() {
    if (before_) {
      ::setenv("TMPDIR", before_->c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace papr
