// SPDX-License-Identifier: Apache-2.0
#include <openvino/op/gather.hpp>
#include <openvino/op/gather_elements.hpp>
#include <openvino/op/gather_nd.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"
#include "table_rows.h"

namespace papr {
namespace {

Results gather(const Operands& operands) {
  Value x = operands.matrix("x");
  const auto axis = operands.axis("axis", rank_of(x), 0);
  if (axis != 0) x = operands.tensor("x");
  const auto batch_dims = operands.integer("batch_dims", 0);
  if (batch_dims < 0 || batch_dims > axis) reject_corrupt("operand \"batch_dims\"");
  const Value indices = operands.indices("indices");
  validate_indices(operands, indices, x, axis);
  // OpenVINO reads beside some tensors. Ids are checked where they come in, and stay as they are.
  const bool checked = are_input_of_table(*indices.get_node(), x.get_partial_shape()[axis]);
  return make<ov::op::v8::Gather>(x, checked ? indices : index_inside(indices, x, axis),
                                  integer_of(axis), batch_dims);
}

Results gather_along_axis(const Operands& operands) {
  const Value x = operands.tensor("x");
  const auto axis = operands.axis("axis", rank_of(x), 0);
  const Value indices = operands.indices("indices");
  validate_indices(operands, indices, x, axis);
  return make<ov::op::v6::GatherElements>(x, from_the_front(indices, x, axis), axis);
}

Results gather_nd(const Operands& operands) {
  const Value x = operands.tensor("x");
  const auto batch_dims = operands.integer("batch_dims", 0);
  const auto rank = static_cast<std::int64_t>(rank_of(x));
  if (batch_dims < 0 || batch_dims >= rank) reject_corrupt("operand \"batch_dims\"");
  const Value indices = operands.indices("indices");
  validate_places(operands, indices, x, batch_dims);
  return make<ov::op::v8::GatherND>(x, places_inside(indices, x, batch_dims),
                                    static_cast<std::size_t>(batch_dims));
}

}  // namespace

std::span<const OpEntry> gather_ops() {
  static constexpr OpEntry kOps[] = {
      {"gather", "x indices axis batch_dims validate_indices", &gather, "Gather; Minimum, Maximum"},
      {"gather_along_axis", "x indices axis validate_indices", &gather_along_axis,
       "GatherElements"},
      {"gather_nd", "x indices batch_dims validate_indices", &gather_nd,
       "Minimum, Maximum, GatherND"},
  };
  return kOps;
}

}  // namespace papr
