// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "operands.h"

namespace papr {

/// How one type of MIL op is translated.
struct OpEntry {
  std::string_view type;
  /// Every operand that is known, blanks between. Another one could change what the op means, so a
  /// program that has it is refused.
  std::string_view operands;
  /// Adds the op to the graph. Throws BadProgram, or what OpenVINO throws.
  Value (*translate)(const Operands& operands);
};

/// The entry of `type`, or null when that op is not translated here.
[[nodiscard]] const OpEntry* find_op(std::string_view type);

/// True when `name` is among the entry's operands.
[[nodiscard]] bool has_operand(const OpEntry& entry, std::string_view name);

// The families, one file each. Source of what the ops mean: coremltools,
// converters/mil/mil/ops/defs/iOS15 and later.
[[nodiscard]] std::span<const OpEntry> elementwise_ops();
[[nodiscard]] std::span<const OpEntry> neural_ops();
[[nodiscard]] std::span<const OpEntry> reduction_ops();
[[nodiscard]] std::span<const OpEntry> shape_ops();

}  // namespace papr
