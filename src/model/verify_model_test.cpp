// SPDX-License-Identifier: Apache-2.0
#include "verify_model.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "fake_model_backend.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

class VerifyModel : public testing::Test {
 protected:
  Result<Verification> verify(std::vector<FakeRun> runs, double budget_ms = 150) {
    FakeModelBackend backend(clock_, {{.runs = std::move(runs)}});
    const auto model = backend.load("m.mlpackage", {});
    auto result = verify_model(**model, *clock_, budget_ms);
    runs_ = backend.runs_seen();
    return result;
  }
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  int runs_ = 0;
};

TEST_F(VerifyModel, TheFirstCallIsNotCountedAndTheMedianOfTheNextFiveIs) {
  const auto result = verify({{.takes = 5s},
                              {.takes = 90ms},
                              {.takes = 110ms},
                              {.takes = 4s},
                              {.takes = 100ms},
                              {.takes = 95ms}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->warm_ms, 100);
  EXPECT_EQ(runs_, 6);
  EXPECT_TRUE(result->good());
  EXPECT_EQ(result->placement, Placement::kNeuralEngine);
}

TEST_F(VerifyModel, ThreeCallsOverTheBudgetDecideSoThatNobodyWaitsForTheRest) {
  const auto result = verify({{.takes = 50s}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->warm_ms, 50'000);
  EXPECT_EQ(runs_, 4);
  EXPECT_TRUE(result->output_ok);
  EXPECT_FALSE(result->good());
}

TEST_F(VerifyModel, AMedianOnTheBudgetIsWithinIt) {
  EXPECT_TRUE(verify({{.takes = 150ms}})->good());
  EXPECT_FALSE(verify({{.takes = 151ms}})->good());
}

TEST_F(VerifyModel, WrongOutputsAreFoundInTheFirstCallAndInALaterOne) {
  for (const auto output :
       {FakeRun::Output::kNan, FakeRun::Output::kZeros, FakeRun::Output::kWrongSize}) {
    for (const bool later : {false, true}) {
      std::vector<FakeRun> runs{{.output = output}};
      if (later) runs.insert(runs.begin(), FakeRun{});
      const auto result = verify(runs);
      ASSERT_TRUE(result);
      EXPECT_FALSE(result->output_ok);
      EXPECT_NE(result->problem, "");
      EXPECT_EQ(runs_, later ? 2 : 1);
    }
  }
}

TEST_F(VerifyModel, AnErrorOfAPredictionIsHandedOn) {
  const auto result = verify({{.error = Error{ErrorCode::kUnavailable, "Error computing", ""}}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "verify model: Error computing");
}

TEST(ProbeInputs, AreRowsOfTheTableThatTheyAreLookedUpIn) {
  TensorInfo ids{"ids", ElementType::kInt32, {{1, 1}}};
  ids.table_rows = 1;
  EXPECT_EQ((*make_probe_inputs({.inputs = {ids}}))[0].bytes, std::vector<std::byte>(4));
}

TEST(ProbeInputs, AreFloatsThatDiffer) {
  const auto probe =
      make_probe_inputs({.inputs = {{"x", ElementType::kFloat32, {{1, 1}, {3, 3}}},
                                    {"h", ElementType::kFloat16, {{1, 1}, {3, 3}}}}});
  ASSERT_TRUE(probe);
  std::array<float, 3> floats{};
  std::memcpy(floats.data(), (*probe)[0].bytes.data(), sizeof floats);
  EXPECT_EQ(floats, (std::array{1.0F, 1.0625F, 1.125F}));
  std::array<std::uint16_t, 3> halves{};
  std::memcpy(halves.data(), (*probe)[1].bytes.data(), sizeof halves);
  EXPECT_EQ(halves, (std::array<std::uint16_t, 3>{0x3c00, 0x3c40, 0x3c80}));
}

TEST(ProbeInputs, AreOneShortTextWithIdsAndMasksOfOne) {
  const auto probe = make_probe_inputs(
      {.inputs = {{"input_ids", ElementType::kInt32, {{1, 8}, {32, 32}}},
                  {"token_type_ids", ElementType::kInt32, {{1, 1}, {0, std::nullopt}}},
                  {"scale", ElementType::kFloat16, {{2, 4}}}}});
  ASSERT_TRUE(probe);
  EXPECT_EQ((*probe)[0].shape, (std::vector<std::int64_t>{1, 32}));
  EXPECT_EQ((*probe)[0].bytes.size(), 32 * 4U);
  EXPECT_EQ((*probe)[0].bytes[0], std::byte{1});
  EXPECT_EQ((*probe)[1].shape, (std::vector<std::int64_t>{1, 16}));
  EXPECT_EQ((*probe)[1].bytes[0], std::byte{0});
  EXPECT_EQ((*probe)[2].bytes.size(), 2 * 2U);
}

TEST(ProbeInputs, AShapeTooLargeToTryIsAnError) {
  constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
  for (const std::vector<AxisRange>& shape :
       {std::vector<AxisRange>{{1001, 1001}, {1000, 1000}},
        std::vector<AxisRange>{{kHuge, kHuge}, {kHuge, kHuge}}, std::vector<AxisRange>{{-1, -1}}}) {
    EXPECT_FALSE(make_probe_inputs({.inputs = {{"x", ElementType::kInt32, shape}}}));
  }
}

const ModelInfo kTwoOutputs{
    .outputs = {{"a", ElementType::kFloat32, {{2, 2}}}, {"b", ElementType::kFloat16, {{1, 1}}}}};

std::vector<Tensor> outputs(float first, float second, std::uint16_t half) {
  Tensor b{"b", ElementType::kFloat16, {1}, std::vector<std::byte>(2)};
  std::memcpy(b.bytes.data(), &half, 2);
  return {float_tensor("a", {2}, std::vector{first, second}), b};
}

TEST(ProblemOfOutputs, OneOutputOfZerosIsNoProblemButAllAre) {
  EXPECT_EQ(problem_of_outputs(kTwoOutputs, outputs(1, 0, 0)), "");
  EXPECT_EQ(problem_of_outputs(kTwoOutputs, outputs(0, 0, 0x3c00)), "");
  EXPECT_EQ(problem_of_outputs(kTwoOutputs, outputs(0, 0, 0)), "the outputs are nothing but zeros");
}

TEST(ProblemOfOutputs, IntegersMayBeZeros) {
  const ModelInfo info{.outputs = {{"i", ElementType::kInt32, {{1, 1}}}}};
  EXPECT_EQ(problem_of_outputs(info, {{"i", ElementType::kInt32, {1}, std::vector<std::byte>(4)}}),
            "");
}

TEST(ProblemOfOutputs, AValueThatIsNotFiniteIsOneInEveryWidth) {
  EXPECT_NE(problem_of_outputs(kTwoOutputs, outputs(std::nanf(""), 1, 1)), "");
  EXPECT_NE(problem_of_outputs(kTwoOutputs, outputs(1, -INFINITY, 1)), "");
  for (const std::uint16_t half : std::array<std::uint16_t, 3>{0x7c00, 0xfc00, 0x7e00}) {
    EXPECT_NE(problem_of_outputs(kTwoOutputs, outputs(1, 1, half)), "") << half;
  }
}

TEST(ProblemOfOutputs, AMissingOutputAndAWrongShapeAreNamed) {
  auto given = outputs(1, 1, 1);
  given.pop_back();
  EXPECT_EQ(problem_of_outputs(kTwoOutputs, given), "output \"b\" is missing");
  given = outputs(1, 1, 1);
  given[0].shape = {3};
  EXPECT_EQ(problem_of_outputs(kTwoOutputs, given),
            "output \"a\" is of a wrong type, shape or size");
}

TEST(OnAccelerator, KnowsThreeAnswers) {
  EXPECT_EQ(on_accelerator(Placement::kNeuralEngine), OnAccelerator::kOn);
  EXPECT_EQ(on_accelerator(Placement::kGpu), OnAccelerator::kNotOn);
  EXPECT_EQ(on_accelerator(Placement::kCpu), OnAccelerator::kNotOn);
  EXPECT_EQ(on_accelerator(Placement::kUnknown), OnAccelerator::kUnknown);
}

}  // namespace
}  // namespace papr
