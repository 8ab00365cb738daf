// SPDX-License-Identifier: Apache-2.0
#include "table_rows.h"

#include <algorithm>
#include <cstddef>
#include <openvino/core/model.hpp>
#include <openvino/op/add.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/greater_eq.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/op/select.hpp>

namespace papr {
namespace {

bool is_integer(const ov::Node* value) {
  const ov::element::Type& type = value->get_output_element_type(0);
  return type == ov::element::i32 || type == ov::element::i64;
}

// What `value` was converted from without a change.
const ov::Node* unconverted(const ov::Node* value) {
  while (ov::is_type<ov::op::v0::Convert>(value) && is_integer(value)) {
    value = value->get_input_node_ptr(0);
  }
  return value;
}

// `x >= 0 ? x : x + rows`, by which coremltools counts a negative index from the end: the x.
const ov::Node* unwrapped(const ov::Node* value) {
  if (!ov::is_type<ov::op::v1::Select>(value)) return value;
  const ov::Node* const condition = value->get_input_node_ptr(0);
  const ov::Node* const source = unconverted(value->get_input_node_ptr(1));
  const ov::Node* const sum = value->get_input_node_ptr(2);
  if (!ov::is_type<ov::op::v1::GreaterEqual>(condition) || !ov::is_type<ov::op::v1::Add>(sum)) {
    return value;
  }
  const auto comes_from_it = [source](const ov::Node* node, std::size_t input) {
    return unconverted(node->get_input_node_ptr(input)) == source;
  };
  const bool wraps =
      comes_from_it(condition, 0) && (comes_from_it(sum, 0) || comes_from_it(sum, 1));
  return wraps ? source : value;
}

// The parameter whose values these are, as indices; another node when they are computed.
const ov::Node* source_of(const ov::Node* value) {
  return unconverted(unwrapped(unconverted(value)));
}

}  // namespace

bool are_input_of_table(const ov::Node& indices, const ov::Dimension& rows) {
  return rows.is_static() && ov::is_type<ov::op::v0::Parameter>(source_of(&indices));
}

std::optional<std::int64_t> table_rows_of(const ov::Model& graph, const ov::Node& parameter) {
  std::optional<std::int64_t> fewest;
  for (const auto& node : graph.get_ordered_ops()) {
    const auto* const gather = ov::as_type<const ov::op::v8::Gather>(node.get());
    if (gather == nullptr || source_of(gather->get_input_node_ptr(1)) != &parameter) continue;
    const auto* const axis = ov::as_type<const ov::op::v0::Constant>(gather->get_input_node_ptr(2));
    if (axis == nullptr) continue;
    const std::ptrdiff_t place = axis->cast_vector<std::int64_t>()[0];
    const ov::Dimension rows = gather->get_input_partial_shape(0)[place];
    if (rows.is_static()) fewest = std::min(fewest.value_or(rows.get_length()), rows.get_length());
  }
  return fewest;
}

}  // namespace papr
