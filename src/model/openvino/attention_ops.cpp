// SPDX-License-Identifier: Apache-2.0
#include <openvino/op/scaled_dot_product_attention.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

// The scale is 1 / sqrt of the length of a query, in MIL as in OpenVINO.
Results scaled_dot_product_attention(const Operands& operands) {
  const Value query = operands.floats("query");
  const Value key = operands.floats("key");
  const Value value = operands.floats("value");
  if (!operands.has("attn_mask")) {
    return make<ov::op::v13::ScaledDotProductAttention>(query, key, value, /*causal=*/false);
  }
  const Value mask = operands.tensor("attn_mask");
  if (mask.get_element_type() == ov::element::i32)
    reject_corrupt("operand \"attn_mask\": integers");
  return make<ov::op::v13::ScaledDotProductAttention>(query, key, value, mask, /*causal=*/false);
}

}  // namespace

std::span<const OpEntry> attention_ops() {
  static constexpr OpEntry kOps[] = {
      {"scaled_dot_product_attention", "query key value attn_mask", &scaled_dot_product_attention,
       "ScaledDotProductAttention", 2e-6},
  };
  return kOps;
}

}  // namespace papr
