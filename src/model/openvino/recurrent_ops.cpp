// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <openvino/op/broadcast.hpp>
#include <openvino/op/concat.hpp>
#include <openvino/op/lstm_sequence.hpp>
#include <openvino/op/split.hpp>
#include <openvino/op/transpose.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using Direction = ov::op::RecurrentSequenceDirection;
using ov::op::v0::Concat;

// Along its first axis a parameter has a part for each gate: here input, forget, output, cell; in
// OpenVINO forget, input, cell, output.
Value by_openvinos_gates(const Value& parameter) {
  const auto gates =
      std::make_shared<ov::op::v1::Split>(parameter, integer_of(0), std::size_t{4})->outputs();
  return make<Concat>(ov::OutputVector{gates[1], gates[0], gates[3], gates[2]}, 0);
}

// The parameter of each direction, one behind the other on a new first axis.
Value of_directions(const Operands& operands, const std::string& name, std::size_t directions) {
  ov::OutputVector parts;
  for (std::size_t i = 0; i < directions; ++i) {
    const Value part = by_openvinos_gates(operands.floats(i == 0 ? name : name + "_back"));
    parts.push_back(make<ov::op::v0::Unsqueeze>(part, integer_of(0)));
  }
  return make<Concat>(parts, 0);
}

Value biases(const Operands& operands, std::size_t directions, std::int64_t gates) {
  if (directions == 2 && operands.has("bias") != operands.has("bias_back")) {
    reject_unsupported("one bias for two ways");
  }
  if (!operands.has("bias")) {
    const std::vector<float> zeros(directions * static_cast<std::size_t>(gates), 0);
    return make<ov::op::v0::Constant>(
        ov::element::f32, ov::Shape{directions, static_cast<std::size_t>(gates)}, zeros);
  }
  return of_directions(operands, "bias", directions);
}

void expect_usual_activations(const Operands& operands) {
  if (operands.text("recurrent_activation", "sigmoid") != "sigmoid" ||
      operands.text("cell_activation", "tanh") != "tanh" ||
      operands.text("activation", "tanh") != "tanh") {
    reject_unsupported("activations other than sigmoid, tanh, tanh");
  }
}

// x [tokens, batch, in], states [batch, directions * hidden].
Results lstm(const Operands& operands) {
  expect_usual_activations(operands);
  const std::string name = operands.text("direction", "forward");
  if (name != "forward" && name != "bidirectional")
    reject_unsupported("direction \"" + name + "\"");
  const std::size_t directions = name == "forward" ? 1 : 2;
  const Value x = operands.floats("x");
  const ov::PartialShape weight = operands.floats("weight_hh").get_partial_shape();
  if (rank_of(x) != 3 || weight.size() != 2 || weight.is_dynamic()) {
    reject_corrupt("operand \"x\" or \"weight_hh\": another rank");
  }
  const std::int64_t hidden = weight[1].get_length();
  if (hidden < 1 || weight[0].get_length() != 4 * hidden) reject_corrupt("operand \"weight_hh\"");
  const auto split_state = [&](const char* state) {
    return reshaped(operands.floats(state), {0, static_cast<std::int64_t>(directions), hidden});
  };
  const auto sequence = std::make_shared<ov::op::v5::LSTMSequence>(
      make<ov::op::v1::Transpose>(x, list_of({1, 0, 2})), split_state("initial_h"),
      split_state("initial_c"), make<ov::op::v3::Broadcast>(length_of(x, 0), length_of(x, 1)),
      of_directions(operands, "weight_ih", directions),
      of_directions(operands, "weight_hh", directions), biases(operands, directions, 4 * hidden),
      hidden, directions == 1 ? Direction::FORWARD : Direction::BIDIRECTIONAL);
  const Value last = reshaped(sequence->output(1), {0, -1});
  const Value all =
      operands.flag("output_sequence", false)
          ? reshaped(make<ov::op::v1::Transpose>(sequence->output(0), list_of({2, 0, 1, 3})),
                     {0, 0, -1})
          : make<ov::op::v0::Unsqueeze>(last, integer_of(0));
  return Results({all, last, reshaped(sequence->output(2), {0, -1})});
}

}  // namespace

std::span<const OpEntry> recurrent_ops() {
  static constexpr OpEntry kOps[] = {
      {"lstm",
       "x initial_h initial_c weight_ih weight_hh bias weight_ih_back weight_hh_back bias_back "
       "direction output_sequence recurrent_activation cell_activation activation",
       &lstm, "LSTMSequence", 2e-6},
  };
  return kOps;
}

}  // namespace papr
