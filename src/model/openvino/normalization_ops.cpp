// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <openvino/op/add.hpp>
#include <openvino/op/batch_norm.hpp>
#include <openvino/op/lrn.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/mvn.hpp>
#include <openvino/op/normalize_l2.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

float epsilon_of(const Operands& operands, float fallback) {
  const float epsilon = operands.number("epsilon", fallback);
  if (!(epsilon >= 0)) reject_corrupt("operand \"epsilon\": negative");
  return epsilon;
}

Value normal(const Value& x, const std::vector<std::int64_t>& axes, float epsilon) {
  return make<ov::op::v6::MVN>(x, list_of(axes), /*normalize_variance=*/true, epsilon,
                               ov::op::MVNEpsMode::INSIDE_SQRT);
}

// Multiplies or adds a parameter whose axes are those that `axes` names, in order.
template <class Op>
Value apply(const Operands& operands, const std::string& name, const Value& x,
            const std::vector<std::int64_t>& axes) {
  if (!operands.has(name)) return x;
  const Value parameter = operands.floats(name);
  const ov::PartialShape& lengths = parameter.get_partial_shape();
  if (rank_of(parameter) != axes.size() || lengths.is_dynamic()) {
    reject_corrupt("operand \"" + name + "\": " + std::to_string(rank_of(parameter)) +
                   " axes, normalised are " + std::to_string(axes.size()));
  }
  std::vector<std::int64_t> shape(rank_of(x), 1);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    shape[static_cast<std::size_t>(axes[i])] = lengths[static_cast<std::ptrdiff_t>(i)].get_length();
  }
  return make<Op>(x, reshaped(parameter, shape));
}

Results layer_norm(const Operands& operands) {
  const Value x = operands.floats("x");
  const std::size_t rank = rank_of(x);
  std::vector<std::int64_t> axes =
      operands.has("axes") ? operands.axes("axes", rank) : axes_between(0, rank);
  if (axes.empty()) reject_corrupt("operand \"axes\": an empty list");
  std::ranges::sort(axes);  // as gamma and beta have them
  const Value made = normal(x, axes, epsilon_of(operands, 1e-5f));
  const Value scaled = apply<ov::op::v1::Multiply>(operands, "gamma", made, axes);
  return apply<ov::op::v1::Add>(operands, "beta", scaled, axes);
}

// Each channel of each sample by itself, over all that lies behind.
Results instance_norm(const Operands& operands) {
  const Value x = operands.floats("x");
  const std::size_t rank = rank_of(x);
  if (rank < 3) reject_corrupt("operand \"x\": nothing behind its channels");
  const Value made = normal(x, axes_between(2, rank), epsilon_of(operands, 1e-5f));
  const Value scaled = apply<ov::op::v1::Multiply>(operands, "gamma", made, {1});
  return apply<ov::op::v1::Add>(operands, "beta", scaled, {1});
}

Results batch_norm(const Operands& operands) {
  const Value x = operands.floats("x");
  const Value mean = operands.floats("mean");
  if (mean.get_partial_shape().is_dynamic()) reject_corrupt("operand \"mean\": no constant");
  const auto parameter = [&](const char* name, float fallback) {
    if (operands.has(name)) return operands.floats(name);
    return ov::op::v0::Constant::create(ov::element::f32, mean.get_shape(), {fallback})->output(0);
  };
  return make<ov::op::v5::BatchNormInference>(x, parameter("gamma", 1), parameter("beta", 0), mean,
                                              operands.floats("variance"),
                                              epsilon_of(operands, 1e-5f));
}

// Over the last three axes, as channels, height and width.
Results l2_norm(const Operands& operands) {
  const Value x = operands.floats("x");
  const std::size_t rank = rank_of(x);
  if (rank < 3) reject_corrupt("operand \"x\": less than three axes");
  return make<ov::op::v0::NormalizeL2>(x, list_of(axes_between(rank - 3, rank)),
                                       epsilon_of(operands, 1e-6f), ov::op::EpsMode::ADD);
}

Results local_response_norm(const Operands& operands) {
  const std::int64_t size = operands.integer("size");
  if (size < 1) reject_corrupt("operand \"size\": less than 1");
  // MIL does not say on which side one channel more counts.
  if (size % 2 == 0) reject_unsupported("an even size");
  return make<ov::op::v0::LRN>(operands.floats("x"), list_of({1}), operands.number("alpha", 1e-4f),
                               operands.number("beta", 0.75f), operands.number("k", 1),
                               static_cast<std::size_t>(size));
}

}  // namespace

std::span<const OpEntry> normalization_ops() {
  static constexpr OpEntry kOps[] = {
      {"batch_norm", "x mean variance gamma beta epsilon", &batch_norm, "BatchNormInference", 1e-6},
      {"instance_norm", "x gamma beta epsilon", &instance_norm, "MVN, Multiply, Add", 2e-6},
      {"l2_norm", "x epsilon", &l2_norm, "NormalizeL2", 1e-6},
      {"layer_norm", "x axes gamma beta epsilon", &layer_norm, "MVN, Multiply, Add", 2e-6},
      {"local_response_norm", "x size alpha beta k", &local_response_norm, "LRN", 1e-6},
  };
  return kOps;
}

}  // namespace papr
