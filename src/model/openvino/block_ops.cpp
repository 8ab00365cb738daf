// SPDX-License-Identifier: Apache-2.0
// Ops that move elements between channels, or the batch, and the plane.
#include <openvino/op/batch_to_space.hpp>
#include <openvino/op/depth_to_space.hpp>
#include <openvino/op/space_to_batch.hpp>
#include <openvino/op/space_to_depth.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using Depth = ov::op::v0::DepthToSpace;
using Space = ov::op::v0::SpaceToDepth;

std::size_t block_size(const Operands& operands, const char* name) {
  const std::int64_t size = operands.integer(name);
  if (size < 1 || size > (1 << 16)) reject_corrupt(std::string("operand \"") + name + "\"");
  return static_cast<std::size_t>(size);
}

Results depth_to_space(const Operands& operands) {
  return make<Depth>(operands.tensor("x"), Depth::DepthToSpaceMode::BLOCKS_FIRST,
                     block_size(operands, "block_size"));
}
Results pixel_shuffle(const Operands& operands) {
  return make<Depth>(operands.tensor("x"), Depth::DepthToSpaceMode::DEPTH_FIRST,
                     block_size(operands, "upscale_factor"));
}
Results space_to_depth(const Operands& operands) {
  return make<Space>(operands.tensor("x"), Space::SpaceToDepthMode::BLOCKS_FIRST,
                     block_size(operands, "block_size"));
}
Results pixel_unshuffle(const Operands& operands) {
  return make<Space>(operands.tensor("x"), Space::SpaceToDepthMode::DEPTH_FIRST,
                     block_size(operands, "downscale_factor"));
}

// MIL speaks of the plane alone; batch and channels stay as they are.
struct Blocks {
  Value shape;
  Value first;
  Value last;
};

Blocks blocks_of(const Operands& operands, const Value& x, const char* margins) {
  const std::size_t rank = rank_of(x);
  const auto shape = operands.integers("block_shape");
  const auto margin = all_integers_of(operands.literal(margins));
  if (rank < 3 || shape.size() != rank - 2 || margin.size() != 2 * shape.size()) {
    reject_corrupt("operand \"block_shape\": not one number for each axis of the plane");
  }
  std::vector<std::int64_t> all{1, 1};
  std::vector<std::int64_t> first{0, 0};
  std::vector<std::int64_t> last{0, 0};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    all.push_back(shape[i]);
    first.push_back(margin[2 * i]);
    last.push_back(margin[2 * i + 1]);
  }
  return {list_of(all), list_of(first), list_of(last)};
}

Results space_to_batch(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Blocks blocks = blocks_of(operands, x, "paddings");
  return make<ov::op::v1::SpaceToBatch>(x, blocks.shape, blocks.first, blocks.last);
}
Results batch_to_space(const Operands& operands) {
  const Value x = operands.tensor("x");
  const Blocks blocks = blocks_of(operands, x, "crops");
  return make<ov::op::v1::BatchToSpace>(x, blocks.shape, blocks.first, blocks.last);
}

}  // namespace

std::span<const OpEntry> block_ops() {
  static constexpr OpEntry kOps[] = {
      {"batch_to_space", "x block_shape crops", &batch_to_space, "BatchToSpace"},
      {"depth_to_space", "x block_size", &depth_to_space, "DepthToSpace"},
      {"pixel_shuffle", "x upscale_factor", &pixel_shuffle, "DepthToSpace"},
      {"pixel_unshuffle", "x downscale_factor", &pixel_unshuffle, "SpaceToDepth"},
      {"space_to_batch", "x block_shape paddings", &space_to_batch, "SpaceToBatch"},
      {"space_to_depth", "x block_size", &space_to_depth, "SpaceToDepth"},
  };
  return kOps;
}

}  // namespace papr
