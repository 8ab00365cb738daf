// SPDX-License-Identifier: Apache-2.0
// Holds as much memory as it is told to. Commands are lines of stdin, each is answered by a line:
//   hold MEGABYTES  to have so much, each page written to
//   touch           to read each page, so that what was swapped out comes back
// Goes when stdin ends, or whoever started it does.
#include <sys/mman.h>
#include <sys/prctl.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kMostChunks = 512;  // whatever is asked

class Hog {
 public:
  bool hold(std::size_t chunks) {
    while (chunks_.size() > chunks) {
      ::munmap(chunks_.back(), kChunkBytes);
      chunks_.pop_back();
    }
    while (chunks_.size() < chunks) {
      void* const memory =
          ::mmap(nullptr, kChunkBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) return false;
      chunks_.push_back(static_cast<std::uint64_t*>(memory));
      // Not with zeros: pages of these are not written to swap.
      for (std::size_t at = 0; at < kChunkBytes; at += kPageBytes)
        word(chunks_.back(), at) = ++seed_;
    }
    return true;
  }

  std::uint64_t touch() {
    std::uint64_t sum = 0;
    for (std::uint64_t* const chunk : chunks_) {
      for (std::size_t at = 0; at < kChunkBytes; at += kPageBytes) sum += word(chunk, at);
    }
    return sum;
  }

 private:
  static std::uint64_t& word(std::uint64_t* chunk, std::size_t at) { return chunk[at / 8]; }

  std::vector<std::uint64_t*> chunks_;
  std::uint64_t seed_ = 0;
};

}  // namespace

int main() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  Hog hog;
  std::string command;
  while (std::cin >> command) {
    if (command == "hold") {
      std::size_t megabytes = 0;
      if (!(std::cin >> megabytes) || megabytes > kMostChunks || !hog.hold(megabytes)) return 1;
      std::cout << "held " << megabytes << std::endl;
    } else if (command == "touch") {
      std::cout << "touched " << hog.touch() << std::endl;
    } else {
      return 2;
    }
  }
}
