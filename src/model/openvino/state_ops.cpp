// SPDX-License-Identifier: Apache-2.0
// States are values that change on the way through a program. None lives longer than a prediction.
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

Results read_state(const Operands& operands) { return operands.state("input"); }

Results write_state(const Operands& operands) {
  operands.change_state("input", operands.tensor("data"));
  return Results(std::vector<Results::One>{});
}

}  // namespace

std::span<const OpEntry> state_ops() {
  static constexpr OpEntry kOps[] = {
      {"read_state", "input", &read_state, "Broadcast: each prediction begins with zeros"},
      {"write_state", "input data", &write_state, "none: what is read after it"},
  };
  return kOps;
}

}  // namespace papr
