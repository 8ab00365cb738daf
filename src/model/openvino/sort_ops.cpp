// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <openvino/op/non_zero.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/topk.hpp>
#include <openvino/op/transpose.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

// Of equal ones the first comes first.
std::shared_ptr<ov::op::v11::TopK> sorted(const Value& x, const Value& count, std::int64_t axis,
                                          bool ascending) {
  return std::make_shared<ov::op::v11::TopK>(
      x, count, axis, ascending ? ov::op::TopKMode::MIN : ov::op::TopKMode::MAX,
      ov::op::TopKSortType::SORT_VALUES, ov::element::i32, /*stable=*/true);
}

Value whole_axis(const Value& x, std::int64_t axis) {
  return make<ov::op::v0::Squeeze>(length_of(x, axis));
}

Results argsort(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::int64_t axis = operands.axis("axis", rank_of(x), -1);
  return sorted(x, whole_axis(x, axis), axis, operands.flag("ascending", false))->output(1);
}

Results topk(const Operands& operands) {
  if (operands.text("output_indices_dtype", "int32") != "int32") {
    reject_unsupported("an output_indices_dtype other than int32");
  }
  const Value x = operands.tensor("x");
  const std::int64_t axis = operands.axis("axis", rank_of(x), -1);
  const std::int64_t count = operands.integer("k", 1);
  if (count < -1 || count == 0) reject_corrupt("operand \"k\"");
  const auto best = sorted(x, count == -1 ? whole_axis(x, axis) : integer_of(count), axis,
                           operands.flag("ascending", false));
  if (!operands.flag("return_indices", true)) return best->output(0);
  return Results({best->output(0), best->output(1)});
}

// One row for each place, a column for each axis.
Results non_zero(const Operands& operands) {
  const Value places = make<ov::op::v3::NonZero>(operands.tensor("x"), ov::element::i32);
  return make<ov::op::v1::Transpose>(places, list_of({1, 0}));
}

}  // namespace

std::span<const OpEntry> sort_ops() {
  static constexpr OpEntry kOps[] = {
      {"argsort", "x axis ascending", &argsort, "TopK"},
      {"non_zero", "x", &non_zero, "NonZero, Transpose"},
      {"topk", "x k axis ascending sort return_indices output_indices_dtype", &topk, "TopK"},
  };
  return kOps;
}

}  // namespace papr
