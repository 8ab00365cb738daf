// SPDX-License-Identifier: Apache-2.0
#include <openvino/op/add.hpp>
#include <openvino/op/exp.hpp>
#include <openvino/op/log.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/reduce_l1.hpp>
#include <openvino/op/reduce_l2.hpp>
#include <openvino/op/reduce_max.hpp>
#include <openvino/op/reduce_mean.hpp>
#include <openvino/op/reduce_min.hpp>
#include <openvino/op/reduce_prod.hpp>
#include <openvino/op/reduce_sum.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/subtract.hpp>
#include <openvino/op/topk.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

Value reduced_axes(const Operands& operands, std::size_t rank) {
  const auto axes = operands.has("axes") ? operands.axes("axes", rank) : axes_between(0, rank);
  if (axes.empty()) reject_corrupt("operand \"axes\": an empty list");
  return list_of(axes);
}

template <class Op>
Value reduced(const Operands& operands, const Value& x) {
  return make<Op>(x, reduced_axes(operands, rank_of(x)), operands.flag("keep_dims", false));
}

template <class Op>
Results reduce(const Operands& operands) {
  return reduced<Op>(operands, operands.tensor("x"));
}

template <class Op>
Results reduce_floats(const Operands& operands) {
  return reduced<Op>(operands, operands.floats("x"));
}

Results log_sum(const Operands& operands) {
  return make<ov::op::v0::Log>(reduced<ov::op::v1::ReduceSum>(operands, operands.floats("x")));
}

// The largest is taken out before and added after, so that no power is too large.
Results log_sum_exp(const Operands& operands) {
  const Value x = operands.floats("x");
  const Value axes = reduced_axes(operands, rank_of(x));
  const bool keep = operands.flag("keep_dims", false);
  const Value largest = make<ov::op::v1::ReduceMax>(x, axes, true);
  const Value powers = make<ov::op::v0::Exp>(make<ov::op::v1::Subtract>(x, largest));
  const Value sum = make<ov::op::v0::Log>(make<ov::op::v1::ReduceSum>(powers, axes, true));
  const Value all = make<ov::op::v1::Add>(sum, largest);
  if (keep) return all;
  return make<ov::op::v0::Squeeze>(all, axes);
}

Results sum_square(const Operands& operands) {
  const Value x = operands.tensor("x");
  return reduced<ov::op::v1::ReduceSum>(operands, make<ov::op::v1::Multiply>(x, x));
}

// Of equal ones the first, as NumPy has it.
Results arg(const Operands& operands, ov::op::TopKMode mode) {
  if (operands.text("output_dtype", "int32") != "int32") {
    reject_unsupported("an output_dtype other than int32");
  }
  const Value x = operands.tensor("x");
  const std::int64_t axis = operands.axis("axis", rank_of(x), -1);
  const auto best = std::make_shared<ov::op::v11::TopK>(
      x, integer_of(1), axis, mode, ov::op::TopKSortType::SORT_VALUES, ov::element::i32,
      /*stable=*/true);
  if (operands.flag("keep_dims", false)) return best->output(1);
  return make<ov::op::v0::Squeeze>(best->output(1), list_of({axis}));
}
Results argmax(const Operands& operands) { return arg(operands, ov::op::TopKMode::MAX); }
Results argmin(const Operands& operands) { return arg(operands, ov::op::TopKMode::MIN); }

}  // namespace

std::span<const OpEntry> reduction_ops() {
  static constexpr OpEntry kOps[] = {
      {"reduce_argmax", "x axis keep_dims output_dtype", &argmax, "TopK"},
      {"reduce_argmin", "x axis keep_dims output_dtype", &argmin, "TopK"},
      {"reduce_l1_norm", "x axes keep_dims", &reduce_floats<ov::op::v4::ReduceL1>, "ReduceL1",
       1e-6},
      {"reduce_l2_norm", "x axes keep_dims", &reduce_floats<ov::op::v4::ReduceL2>, "ReduceL2",
       1e-6},
      {"reduce_log_sum", "x axes keep_dims", &log_sum, "ReduceSum, Log", 1e-6},
      {"reduce_log_sum_exp", "x axes keep_dims", &log_sum_exp, "ReduceMax, Exp, ReduceSum, Log",
       1e-6},
      {"reduce_max", "x axes keep_dims", &reduce<ov::op::v1::ReduceMax>,
       "ReduceMax; integers up to 2^24"},
      {"reduce_mean", "x axes keep_dims", &reduce_floats<ov::op::v1::ReduceMean>, "ReduceMean",
       1e-6},
      {"reduce_min", "x axes keep_dims", &reduce<ov::op::v1::ReduceMin>,
       "ReduceMin; integers up to 2^24"},
      {"reduce_prod", "x axes keep_dims", &reduce<ov::op::v1::ReduceProd>,
       "ReduceProd; integers up to 2^24", 1e-6},
      {"reduce_sum", "x axes keep_dims", &reduce<ov::op::v1::ReduceSum>,
       "ReduceSum; integers up to 2^24", 1e-6},
      {"reduce_sum_square", "x axes keep_dims", &sum_square,
       "Multiply, ReduceSum; integers up to 2^24", 1e-6},
  };
  return kOps;
}

}  // namespace papr
