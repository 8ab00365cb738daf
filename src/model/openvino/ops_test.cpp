// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../../base/fake_file_reader.h"
#include "program_builder_for_test.h"
#include "run_graph_for_test.h"

namespace papr {
namespace {

using Floats = std::vector<float>;

// Runs a program whose output is "out" on x [2, 3] and compares with numbers worked out by hand.
void expect_result(ProgramBuilder& program, const Floats& x, const Floats& expected) {
  program.output("out");
  FakeFileReader no_files({});
  const auto translated = translate_program(no_files, program.package());
  ASSERT_TRUE(translated) << translated.error().message;
  const Floats got = run_graph(*translated, x);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

const Floats kX = {1, 2, 3, 4, 5, 6};

ProgramBuilder with_x() {
  ProgramBuilder program;
  program.input("x", {2, 3});
  return program;
}

TEST(Ops, BinaryOpsBroadcastAndKeepTheOrderOfTheirOperands) {
  const struct {
    const char* type;
    Floats expected;
  } cases[] = {{"add", {11, 22, 5, 14, 25, 8}},
               {"sub", {-9, -18, 1, -6, -15, 4}},
               {"mul", {10, 40, 6, 40, 100, 12}},
               {"real_div", {0.1f, 0.1f, 1.5f, 0.4f, 0.25f, 3}},
               {"maximum", {10, 20, 3, 10, 20, 6}}};
  for (const auto& [type, expected] : cases) {
    SCOPED_TRACE(type);
    ProgramBuilder program = with_x();
    program.floats("y", {3}, {10, 20, 2});
    program.op(type, "out", {2, 3}, {{"x", "x"}, {"y", "y"}});
    expect_result(program, kX, expected);
  }
}

TEST(Ops, SelectTakesTheFirstWhereTheConditionHolds) {
  ProgramBuilder program = with_x();
  program.floats("three", {}, {3});
  program.floats("zero", {}, {0});
  program.op("greater_equal", "big", {2, 3}, {{"x", "x"}, {"y", "three"}}, mil::BOOL);
  program.op("select", "out", {2, 3}, {{"cond", "big"}, {"a", "x"}, {"b", "zero"}});
  expect_result(program, kX, {0, 0, 3, 4, 5, 6});
}

TEST(Ops, CastToAnIntegerCutsOff) {
  ProgramBuilder program = with_x();
  program.text("int", "int16");
  program.text("float", "fp32");
  program.op("cast", "whole", {2, 3}, {{"x", "x"}, {"dtype", "int"}}, mil::INT16);
  program.op("cast", "out", {2, 3}, {{"x", "whole"}, {"dtype", "float"}});
  expect_result(program, {1.9f, -1.9f, 0, 2.5f, 0.4f, 7}, {1, -1, 0, 2, 0, 7});
}

TEST(Ops, ReductionsTakeNegativeAxesAndDropOrKeepThem) {
  ProgramBuilder sums = with_x();
  sums.integers("axes", {-1});
  sums.op("reduce_sum", "out", {2}, {{"x", "x"}, {"axes", "axes"}});
  expect_result(sums, kX, {6, 15});

  ProgramBuilder norms = with_x();
  norms.integers("axes", {1});
  norms.flag("keep", true);
  norms.op("reduce_l2_norm", "out", {2, 1}, {{"x", "x"}, {"axes", "axes"}, {"keep_dims", "keep"}});
  expect_result(norms, {3, 4, 0, 0, 5, 12}, {5, 13});
}

TEST(Ops, LinearTakesItsWeightAsOutByIn) {
  ProgramBuilder program = with_x();
  program.floats("w", {2, 3}, {1, 0, 0, 0, 1, 1});
  program.floats("b", {2}, {0.5f, -1});
  program.op("linear", "out", {2, 2}, {{"x", "x"}, {"weight", "w"}, {"bias", "b"}});
  expect_result(program, kX, {1.5f, 4, 4.5f, 10});
}

TEST(Ops, MatmulTransposesWhatItIsTold) {
  ProgramBuilder program = with_x();
  program.flag("yes", true);
  program.op("matmul", "out", {2, 2}, {{"x", "x"}, {"y", "x"}, {"transpose_y", "yes"}});
  expect_result(program, kX, {14, 32, 32, 77});
}

TEST(Ops, LayerNormScalesAndShiftsWhatItHasNormalised) {
  ProgramBuilder program = with_x();
  program.integers("axes", {-1});
  program.floats("gamma", {3}, {1, 1, 2});
  program.floats("beta", {3}, {0, 10, 0});
  program.floats("epsilon", {}, {0});
  program.op(
      "layer_norm", "out", {2, 3},
      {{"x", "x"}, {"axes", "axes"}, {"gamma", "gamma"}, {"beta", "beta"}, {"epsilon", "epsilon"}});
  const float r = std::sqrt(1.5f);  // (3 - 2) / sqrt(2/3)
  expect_result(program, kX, {-r, 10, 2 * r, -r, 10, 2 * r});
}

TEST(Ops, SoftmaxSumsToOneAlongItsAxis) {
  ProgramBuilder program = with_x();
  program.integer("axis", -1);
  program.op("softmax", "out", {2, 3}, {{"x", "x"}, {"axis", "axis"}});
  const float ln2 = std::log(2.0f);
  expect_result(program, {0, ln2, 0, ln2, ln2, ln2},
                {0.25f, 0.5f, 0.25f, 1 / 3.0f, 1 / 3.0f, 1 / 3.0f});
}

TEST(Ops, GeluIsExactUnlessTheProgramSaysOtherwise) {
  ProgramBuilder program = with_x();
  program.op("gelu", "out", {2, 3}, {{"x", "x"}});
  expect_result(program, {0, 1, -1, 2, -2, 3},  // x * (1 + erf(x / sqrt(2))) / 2
                {0, 0.8413447f, -0.1586553f, 1.9544997f, -0.0455003f, 2.9959503f});
}

TEST(Ops, TransposeTakesNegativeAxes) {
  ProgramBuilder program = with_x();
  program.integers("perm", {-1, 0});
  program.op("transpose", "out", {3, 2}, {{"x", "x"}, {"perm", "perm"}});
  expect_result(program, kX, {1, 4, 2, 5, 3, 6});
}

TEST(Ops, GatherTakesRows) {
  ProgramBuilder program = with_x();
  program.integers("rows", {1, 0, 1});
  program.integer("axis", 0);
  program.op("gather", "out", {3, 3}, {{"x", "x"}, {"indices", "rows"}, {"axis", "axis"}});
  expect_result(program, kX, {4, 5, 6, 1, 2, 3, 4, 5, 6});
}

TEST(Ops, ReshapeTakesAShapeThatWasComputed) {
  ProgramBuilder program = with_x();
  program.integers("one", {1});
  program.integers("begin", {1});
  program.integers("end", {2});
  program.integer("axis", 0);
  program.integers("rest", {-1});
  program.op("shape", "shape", {2}, {{"x", "x"}}, mil::INT32);
  program.op("slice_by_index", "columns", {1}, {{"x", "shape"}, {"begin", "begin"}, {"end", "end"}},
             mil::INT32);
  program.op("concat", "wanted", {3},
             {{"values", "one"}, {"values", "columns"}, {"values", "rest"}, {"axis", "axis"}},
             mil::INT32);
  program.op("reshape", "out", {1, 3, 2}, {{"x", "x"}, {"shape", "wanted"}});
  expect_result(program, kX, kX);
}

TEST(Ops, AReshapeThatKeepsNoLengthIsOneOp) {
  ProgramBuilder program = with_x();
  program.integers("rest", {1, -1});
  program.integer("axis", 0);
  program.op("shape", "shape", {2}, {{"x", "x"}}, mil::INT32);
  program.op("concat", "wanted", {4}, {{"values", "shape"}, {"values", "rest"}, {"axis", "axis"}},
             mil::INT32);
  program.op("reshape", "out", {2, 3, 1, 1}, {{"x", "x"}, {"shape", "wanted"}});
  program.output("out");
  FakeFileReader no_files({});
  const auto translated = translate_program(no_files, program.package());
  ASSERT_TRUE(translated) << translated.error().message;
  const auto ops = translated->graph->get_ops();
  EXPECT_EQ(
      std::ranges::count_if(
          ops, [](const auto& op) { return op->get_type_info().name == std::string("Reshape"); }),
      1);
}

ErrorCode refusal(ProgramBuilder& program) {
  program.output("out");
  FakeFileReader no_files({});
  const auto translated = translate_program(no_files, program.package());
  EXPECT_FALSE(translated);
  return translated ? ErrorCode::kUnavailable : translated.error().code;
}

TEST(Ops, AConstantIndexOutOfRangeIsRefusedWhereItIsToBeChecked) {
  const struct {
    const char* type;
    std::initializer_list<std::int32_t> indices;
  } cases[] = {
      {"gather", {0, 2}}, {"gather", {0, -1}}, {"gather_nd", {1, 3}}, {"gather_nd", {-1, 2}}};
  for (const auto& [type, indices] : cases) {
    SCOPED_TRACE(type);
    ProgramBuilder program = with_x();
    program.integers("indices", indices);
    program.flag("yes", true);
    program.op(type, "out", {-1},
               {{"x", "x"}, {"indices", "indices"}, {"validate_indices", "yes"}});
    EXPECT_EQ(refusal(program), ErrorCode::kCorrupt);
  }
}

TEST(Ops, ScatterAlongAnAxisTakesNoIndicesBesideTheData) {
  ProgramBuilder program = with_x();
  program.integers("list", {0, 0, 0, 0});
  program.integers("shape", {4, 1});
  program.integer("axis", 1);
  program.floats("updates", {4, 1}, {1, 2, 3, 4});
  program.op("reshape", "indices", {4, 1}, {{"x", "list"}, {"shape", "shape"}}, mil::INT32);
  program.op("scatter_along_axis", "out", {2, 3},
             {{"data", "x"}, {"indices", "indices"}, {"updates", "updates"}, {"axis", "axis"}});
  EXPECT_EQ(refusal(program), ErrorCode::kCorrupt);
}

TEST(Ops, AConstantStepOfNothingIsRefused) {
  ProgramBuilder program = with_x();
  program.integer("start", 0);
  program.integer("end", 10);
  program.op("range_1d", "out", {-1}, {{"start", "start"}, {"end", "end"}, {"step", "start"}},
             mil::INT32);
  EXPECT_EQ(refusal(program), ErrorCode::kCorrupt);
}

TEST(Ops, SliceMasksOpenAnEndAndSqueezeDropsAnAxis) {
  ProgramBuilder program = with_x();
  program.integers("begin", {1, 1});
  program.integers("end", {2, 0});
  mil::Operation& slice =
      program.op("slice_by_index", "out", {2}, {{"x", "x"}, {"begin", "begin"}, {"end", "end"}});
  const auto mask = [&slice](const char* name, bool rows, bool columns) {
    mil::Value& value = (*slice.mutable_attributes())[name];
    ProgramBuilder::set_type(*value.mutable_type(), mil::BOOL, {2});
    auto& flags = *value.mutable_immediatevalue()->mutable_tensor()->mutable_bools();
    flags.add_values(rows);
    flags.add_values(columns);
  };
  mask("end_mask", false, true);
  mask("squeeze_mask", true, false);
  expect_result(program, kX, {5, 6});
}

TEST(Ops, ExpandDimsCountsAxesOfTheResult) {
  ProgramBuilder program = with_x();
  program.integers("axes", {0, -1});
  program.op("expand_dims", "out", {1, 2, 3, 1}, {{"x", "x"}, {"axes", "axes"}});
  expect_result(program, kX, kX);
}

}  // namespace
}  // namespace papr
