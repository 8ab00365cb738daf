// SPDX-License-Identifier: Apache-2.0
#include "described_shape.h"

#include <algorithm>

namespace papr {
namespace {

// Core ML has no word for "no bound": such a range is about as long as an integer can count.
constexpr std::uint64_t kNoBound = INT32_MAX;

AxisRange fixed(std::int64_t length) {
  return {.shortest = std::max<std::int64_t>(length, 1),
          .longest = std::max<std::int64_t>(length, 1)};
}

AxisRange axis_of(const DescribedRange& range) {
  const bool bound = range.length < kNoBound && range.location < kNoBound;
  AxisRange axis{.longest = std::nullopt};
  if (range.location < kNoBound) {
    axis.shortest = std::max<std::int64_t>(static_cast<std::int64_t>(range.location), 1);
  }
  if (bound) {
    const auto end = static_cast<std::int64_t>(range.location + range.length);
    axis.longest = std::max(axis.shortest, end - 1);
  }
  return axis;
}

bool of_one_rank(const std::vector<std::vector<std::int64_t>>& shapes) {
  return std::ranges::all_of(
      shapes, [&](const auto& shape) { return shape.size() == shapes.front().size(); });
}

}  // namespace

void set_shape(TensorInfo& tensor, const DescribedShape& described) {
  tensor.shape.clear();
  tensor.allowed.clear();
  const bool listed = !described.listed.empty() && of_one_rank(described.listed);
  if (!described.ranges.empty()) {
    for (const DescribedRange& range : described.ranges) tensor.shape.push_back(axis_of(range));
    return;
  }
  if (!listed) {
    for (const std::int64_t length : described.usual) tensor.shape.push_back(fixed(length));
    return;
  }
  for (std::size_t axis = 0; axis < described.listed.front().size(); ++axis) {
    const auto length = [&](const std::vector<std::int64_t>& shape) { return shape[axis]; };
    const auto [least, most] = std::ranges::minmax(described.listed, {}, length);
    tensor.shape.push_back(
        {.shortest = fixed(least[axis]).shortest, .longest = fixed(most[axis]).longest});
  }
  if (described.listed.size() > 1) tensor.allowed = described.listed;
}

}  // namespace papr
