// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <fstream>
#include <string>

#include "process_memory.h"

namespace papr {

// Not getrusage: its ru_maxrss starts with the size of whatever process forked us (exec_mmap in the
// kernel's fs/exec.c), VmHWM of proc(5) with our own.
std::uint64_t peak_resident_bytes() noexcept {
  try {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("VmHWM:")) continue;
      const std::size_t digits = line.find_first_of("0123456789");
      std::uint64_t kibibytes = 0;
      if (digits == std::string::npos) return 0;
      std::from_chars(line.data() + digits, line.data() + line.size(), kibibytes);
      return kibibytes * 1024;
    }
  } catch (...) {
    return 0;  // Out of memory for a line of text.
  }
  return 0;
}

}  // namespace papr
