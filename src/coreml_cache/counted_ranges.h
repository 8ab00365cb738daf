// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace papr {

/// Which parts of a storage have been counted.
class CountedRanges {
 public:
  /// Counts [start, end) too. Gives how much of it had been counted before.
  std::uint64_t add(std::uint64_t start, std::uint64_t end) {
    std::uint64_t before = 0;
    auto next = ranges_.upper_bound(start);
    if (next != ranges_.begin() && std::prev(next)->second >= start) --next;
    std::uint64_t joined_start = start;
    std::uint64_t joined_end = end;
    while (next != ranges_.end() && next->first <= end) {
      before += std::min(end, next->second) - std::max(start, next->first);
      joined_start = std::min(joined_start, next->first);
      joined_end = std::max(joined_end, next->second);
      next = ranges_.erase(next);
    }
    ranges_.emplace(joined_start, joined_end);
    return before;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  ///< start to end, apart from each other
};

}  // namespace papr
