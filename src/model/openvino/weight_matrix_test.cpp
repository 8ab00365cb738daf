// SPDX-License-Identifier: Apache-2.0
// What is done with OpenVINO and not documented by it: nodes that it does not expand.
#include "weight_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <openvino/core/model.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/runtime/core.hpp>
#include <openvino/runtime/properties.hpp>

#include "graph_parts.h"

namespace papr {
namespace {

constexpr std::size_t kRows = 64;
constexpr std::size_t kColumns = 128;

WeightMatrix matrix(ov::element::Type type, std::size_t blocks) {
  std::vector<std::byte> bytes(kRows * kColumns * type.bitwidth() / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 37 + i / 97);
  Shift shift{.scale = {}, .offset = {}, .blocks = {kRows, blocks}};
  for (std::size_t i = 0; i < kRows * blocks; ++i) {
    shift.scale.push_back(0.01F * static_cast<float>(1 + i % 7));
    shift.offset.push_back(static_cast<float>(i % 3));
  }
  return {own_literal(type, {kRows, kColumns}, std::move(bytes)), std::move(shift),
          ov::element::f32};
}

// Bytes of the floats among the constants of what is really executed.
std::size_t float_bytes(const ov::CompiledModel& compiled) {
  std::size_t bytes = 0;
  for (const auto& node : compiled.get_runtime_model()->get_ordered_ops()) {
    const auto& info = node->get_rt_info();
    const auto kind = info.find("layerType");
    const ov::element::Type type = node->get_output_element_type(0);
    if (kind == info.end() || kind->second.as<std::string>() != "Const" || !type.is_real())
      continue;
    bytes += ov::shape_size(node->get_output_shape(0)) * type.size();
  }
  return bytes;
}

struct Outcome {
  std::vector<float> values;
  std::size_t float_bytes = 0;
};

Outcome run(const Value& made, const std::shared_ptr<ov::op::v0::Parameter>& parameter,
            const ov::Tensor& input) {
  static ov::Core core;
  const auto model =
      std::make_shared<ov::Model>(ov::OutputVector{made}, ov::ParameterVector{parameter});
  auto compiled = core.compile_model(model, "CPU", ov::hint::inference_precision(ov::element::f32),
                                     ov::hint::dynamic_quantization_group_size(0));
  auto request = compiled.create_infer_request();
  request.set_input_tensor(input);
  request.infer();
  const ov::Tensor output = request.get_output_tensor();
  const float* const first = output.data<float>();
  return {{first, first + output.get_size()}, float_bytes(compiled)};
}

class WeightMatrixTest : public testing::TestWithParam<std::tuple<ov::element::Type, std::size_t>> {
 protected:
  WeightMatrix matrix_ = matrix(std::get<0>(GetParam()), std::get<1>(GetParam()));
  std::vector<float> wanted_ = floats_of(expanded(matrix_));
  // Scales and offsets, and not the matrix.
  std::size_t most_ = 2 * sizeof(float) * matrix_.shift.scale.size();
};

TEST_P(WeightMatrixTest, StaysSmallInAProductAndGivesTheSame) {
  const auto x = std::make_shared<ov::op::v0::Parameter>(ov::element::f32, ov::Shape{2, kColumns});
  ov::Tensor input(ov::element::f32, {2, kColumns});
  for (std::size_t i = 0; i < 2 * kColumns; ++i) {
    input.data<float>()[i] = static_cast<float>(i % 5) - 2;
  }
  const Outcome got = run(make<ov::op::v0::MatMul>(x, in_graph(matrix_), false, true), x, input);
  EXPECT_LE(got.float_bytes, most_);
  for (std::size_t row = 0; row < kRows; ++row) {
    double sum = 0;
    for (std::size_t i = 0; i < kColumns; ++i) {
      sum += static_cast<double>(input.data<float>()[i]) * wanted_[row * kColumns + i];
    }
    EXPECT_NEAR(got.values[row], sum, 1e-3) << row;
  }
}

TEST_P(WeightMatrixTest, StaysSmallAsATableAndGivesTheSame) {
  const auto x = std::make_shared<ov::op::v0::Parameter>(ov::element::i32, ov::Shape{2});
  ov::Tensor input(ov::element::i32, {2});
  input.data<std::int32_t>()[0] = 3;
  input.data<std::int32_t>()[1] = kRows - 1;
  const Outcome got = run(make<ov::op::v8::Gather>(in_graph(matrix_), x, integer_of(0)), x, input);
  EXPECT_LE(got.float_bytes, most_);
  for (std::size_t i = 0; i < 2 * kColumns; ++i) {
    const std::size_t row = i < kColumns ? 3 : kRows - 1;
    EXPECT_FLOAT_EQ(got.values[i], wanted_[row * kColumns + i % kColumns]) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(OfEachType, WeightMatrixTest,
                         testing::Combine(testing::Values(ov::element::u8, ov::element::i8,
                                                          ov::element::u4, ov::element::i4),
                                          testing::Values(1, 4)));

}  // namespace
}  // namespace papr
