// SPDX-License-Identifier: Apache-2.0
#include "op_table.h"

#include <algorithm>
#include <ranges>

namespace papr {

const OpEntry* find_op(std::string_view type) {
  for (const auto family : {elementwise_ops(), neural_ops(), reduction_ops(), shape_ops()}) {
    const auto entry = std::ranges::find(family, type, &OpEntry::type);
    if (entry != family.end()) return &*entry;
  }
  return nullptr;
}

bool has_operand(const OpEntry& entry, std::string_view name) {
  for (const auto word : std::views::split(entry.operands, ' ')) {
    if (std::string_view(word.begin(), word.end()) == name) return true;
  }
  return false;
}

}  // namespace papr
