// SPDX-License-Identifier: Apache-2.0
// Quantised values are i32 in the graph, as all small integers are, and within the range of theirs.
#include <openvino/op/add.hpp>
#include <openvino/op/clamp.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/round.hpp>
#include <openvino/op/subtract.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

// A parameter of rank 0, or a list along the operand "axis" of a tensor of `rank`.
Value parameter(const Operands& operands, const char* name, std::size_t rank) {
  const Value value = converted(operands.tensor(name), ov::element::f32);
  if (rank_of(value) == 0) return value;
  if (rank_of(value) != 1) reject_corrupt(std::string("operand \"") + name + "\": not a list");
  std::vector<std::int64_t> shape(rank, 1);
  shape[static_cast<std::size_t>(operands.axis("axis", rank))] = -1;
  return reshaped(value, shape);
}

Results quantize(const Operands& operands) {
  const Value x = operands.floats("input");
  const std::size_t rank = rank_of(x);
  const std::string type = operands.text("output_dtype");
  if (type != "int8" && type != "uint8") reject_unsupported("output_dtype \"" + type + "\"");
  const Value steps =
      make<ov::op::v5::Round>(make<ov::op::v1::Divide>(x, parameter(operands, "scale", rank)),
                              ov::op::v5::Round::RoundMode::HALF_TO_EVEN);
  const Value all = operands.has("zero_point")
                        ? make<ov::op::v1::Add>(steps, parameter(operands, "zero_point", rank))
                        : steps;
  const double lowest = type == "int8" ? -128 : 0;
  return converted(make<ov::op::v0::Clamp>(all, lowest, lowest + 255), ov::element::i32);
}

Results dequantize(const Operands& operands) {
  const Value x = converted(operands.tensor("input"), ov::element::f32);
  const std::size_t rank = rank_of(x);
  const Value all = operands.has("zero_point")
                        ? make<ov::op::v1::Subtract>(x, parameter(operands, "zero_point", rank))
                        : x;
  return make<ov::op::v1::Multiply>(all, parameter(operands, "scale", rank));
}

}  // namespace

std::span<const OpEntry> quantized_ops() {
  static constexpr OpEntry kOps[] = {
      {"dequantize", "input zero_point scale axis", &dequantize, "Convert, Subtract, Multiply",
       1e-6},
      {"quantize", "input zero_point scale axis output_dtype", &quantize,
       "Divide, Round, Add, Clamp, Convert"},
  };
  return kOps;
}

}  // namespace papr
