// SPDX-License-Identifier: Apache-2.0
#include "process_memory.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace papr {
namespace {

TEST(PeakResidentBytes, GrowsByWhatIsTouched) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const std::uint64_t before = peak_resident_bytes();
  const std::vector<std::byte> touched(kBytes, std::byte{1});
  EXPECT_GE(peak_resident_bytes() + (std::size_t{8} << 20), before + touched.size());
  EXPECT_GT(before, 0u);
}

}  // namespace
}  // namespace papr
