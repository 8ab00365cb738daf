// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <numeric>
#include <openvino/op/constant.hpp>
#include <openvino/op/reduce_l2.hpp>
#include <openvino/op/reduce_sum.hpp>

#include "bad_program.h"
#include "op_table.h"

namespace papr {
namespace {

std::vector<std::int64_t> reduced_axes(const Operands& operands, std::size_t rank) {
  if (operands.has("axes")) return operands.axes("axes", rank);
  std::vector<std::int64_t> all(rank);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

template <class Op>
Value reduce(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::vector<std::int64_t> axes = reduced_axes(operands, rank_of(x));
  if (axes.empty()) reject_corrupt("operand \"axes\": an empty list");
  const auto list = ov::op::v0::Constant::create(ov::element::i64, ov::Shape{axes.size()}, axes);
  return std::make_shared<Op>(x, list, operands.flag("keep_dims", false));
}

}  // namespace

std::span<const OpEntry> reduction_ops() {
  static constexpr OpEntry kOps[] = {
      {"reduce_l2_norm", "x axes keep_dims", &reduce<ov::op::v4::ReduceL2>},
      {"reduce_sum", "x axes keep_dims", &reduce<ov::op::v1::ReduceSum>},
  };
  return kOps;
}

}  // namespace papr
