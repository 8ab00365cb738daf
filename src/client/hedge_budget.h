// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

namespace papr {

/// How often the cloud may be asked while local is healthy but late: one search in twenty. A token
/// bucket: each search adds to it, each hedge takes one.
class HedgeBudget {
 public:
  static constexpr double kShare = 0.05;
  static constexpr double kMostSaved = 5;  ///< hedges in a row after a long quiet time

  void note_search() noexcept { tokens_ = std::min(tokens_ + kShare, kMostSaved); }

  [[nodiscard]] bool allows() const noexcept { return tokens_ >= 1; }
  void take() noexcept { tokens_ -= 1; }

 private:
  double tokens_ = 1;
};

}  // namespace papr
