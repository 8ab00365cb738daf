// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "literal.h"
#include "operands.h"
#include "weight_matrix.h"

namespace papr {

/// What an op makes, in the order of its outputs: nodes of the graph, or constants that only become
/// nodes where they are used.
struct Results {
  using One = std::variant<Value, Literal, WeightMatrix>;

  // Not explicit: a translating function returns what it made.
  template <class Made>
    requires std::constructible_from<One, Made&&> && (!std::same_as<std::decay_t<Made>, Results>)
  Results(Made&& made) {  // NOLINT(google-explicit-constructor)
    list.emplace_back(std::forward<Made>(made));
  }
  explicit Results(std::vector<One> several) : list(std::move(several)) {}

  std::vector<One> list;
};

/// One type of MIL op.
struct OpEntry {
  std::string_view type;
  /// Every operand that is known, blanks between. Another one could change what the op means, so a
  /// program that has it is refused.
  std::string_view operands;
  /// Adds the op to the graph. Throws BadProgram, or what OpenVINO throws. Null: not supported.
  Results (*translate)(const Operands& operands);
  /// The ops of OpenVINO that do it. Of one that is not supported: what to do instead.
  std::string_view openvino;
  /// How far the answer may be from the exact one, as a share of the largest magnitude in it, with
  /// inputs and arithmetic in float32; tests/mil holds each op to it. 0: equal.
  double error = 0;
};

/// The entry of `type`, or null when nothing is known of that op.
[[nodiscard]] const OpEntry* find_op(std::string_view type);

/// All of them, by name.
[[nodiscard]] std::vector<const OpEntry*> all_ops();

/// True when `name` is among the entry's operands.
[[nodiscard]] bool has_operand(const OpEntry& entry, std::string_view name);

// The families, one file each. Source of what the ops mean: coremltools,
// converters/mil/mil/ops/defs/iOS15 and later.
[[nodiscard]] std::span<const OpEntry> activation_ops();
[[nodiscard]] std::span<const OpEntry> attention_ops();
[[nodiscard]] std::span<const OpEntry> block_ops();
[[nodiscard]] std::span<const OpEntry> convolution_ops();
[[nodiscard]] std::span<const OpEntry> elementwise_ops();
[[nodiscard]] std::span<const OpEntry> fill_ops();
[[nodiscard]] std::span<const OpEntry> gather_ops();
[[nodiscard]] std::span<const OpEntry> linear_ops();
[[nodiscard]] std::span<const OpEntry> normalization_ops();
[[nodiscard]] std::span<const OpEntry> pooling_ops();
[[nodiscard]] std::span<const OpEntry> quantized_ops();
[[nodiscard]] std::span<const OpEntry> recurrent_ops();
[[nodiscard]] std::span<const OpEntry> reduction_ops();
[[nodiscard]] std::span<const OpEntry> resize_ops();
[[nodiscard]] std::span<const OpEntry> scatter_ops();
[[nodiscard]] std::span<const OpEntry> shape_ops();
[[nodiscard]] std::span<const OpEntry> slice_ops();
[[nodiscard]] std::span<const OpEntry> sort_ops();
[[nodiscard]] std::span<const OpEntry> state_ops();
[[nodiscard]] std::span<const OpEntry> unary_ops();
[[nodiscard]] std::span<const OpEntry> unsupported_ops();
[[nodiscard]] std::span<const OpEntry> weight_ops();

}  // namespace papr
