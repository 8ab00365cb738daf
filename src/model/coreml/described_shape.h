// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "papr/model.h"

namespace papr {

/// The lengths of an axis as an NSRange has them: `length` many, from `location` on.
struct DescribedRange {
  std::uint64_t location = 0;
  std::uint64_t length = 0;
};

/// What a model description says of the shapes of one input or output.
struct DescribedShape {
  std::vector<std::int64_t> usual = {};                ///< empty where the description has none
  std::vector<DescribedRange> ranges = {};             ///< one for each axis, or none
  std::vector<std::vector<std::int64_t>> listed = {};  ///< all there are, or none
};

/// Fills `shape` and `allowed` of `tensor`. Lengths are 1 or more. Pure.
void set_shape(TensorInfo& tensor, const DescribedShape& described);

}  // namespace papr
