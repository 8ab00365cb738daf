// SPDX-License-Identifier: Apache-2.0
#include "op_table.h"

#include <algorithm>
#include <ranges>

namespace papr {
namespace {

constexpr std::span<const OpEntry> (*kFamilies[])() = {
    &activation_ops,  &attention_ops, &block_ops,     &convolution_ops,   &elementwise_ops,
    &fill_ops,        &gather_ops,    &linear_ops,    &normalization_ops, &pooling_ops,
    &quantized_ops,   &recurrent_ops, &reduction_ops, &resize_ops,        &scatter_ops,
    &shape_ops,       &slice_ops,     &sort_ops,      &state_ops,         &unary_ops,
    &unsupported_ops, &weight_ops};

}  // namespace

const OpEntry* find_op(std::string_view type) {
  for (const auto family : kFamilies) {
    const auto ops = family();
    const auto entry = std::ranges::find(ops, type, &OpEntry::type);
    if (entry != ops.end()) return &*entry;
  }
  return nullptr;
}

std::vector<const OpEntry*> all_ops() {
  std::vector<const OpEntry*> all;
  for (const auto family : kFamilies) {
    for (const OpEntry& entry : family()) all.push_back(&entry);
  }
  std::ranges::sort(all, {}, &OpEntry::type);
  return all;
}

bool has_operand(const OpEntry& entry, std::string_view name) {
  for (const auto word : std::views::split(entry.operands, ' ')) {
    if (std::string_view(word.begin(), word.end()) == name) return true;
  }
  return false;
}

}  // namespace papr
