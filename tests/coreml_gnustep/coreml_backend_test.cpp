// SPDX-License-Identifier: Apache-2.0
// The backend on Core ML, run on Linux on a Core ML of ours: loading and predicting.
#include <gtest/gtest.h>

#include <tuple>

#include "../../src/model/coreml/coreml_errors_for_test.h"
#include "../../src/model/load_error.h"
#include "coreml_fixture_for_test.h"

namespace papr {
namespace {

using How = Failure::How;
using Axes = std::vector<AxisRange>;

TEST_F(CoreMlBackendTest, APackageIsCompiledOnceAndKept) {
  name_ = "tiny.mlpackage";
  options_.compiled_models = folder_.path() / "store";
  ASSERT_TRUE(load());
  const std::string path = world().loaded_path;
  ASSERT_TRUE(load());
  EXPECT_EQ(world().loaded_path, path);
  EXPECT_EQ(world().planned_path, path);
  EXPECT_EQ(world().compiles, 1);
  ASSERT_TRUE(load({.fresh = true}));
  EXPECT_EQ(world().compiles, 2);
  EXPECT_NE(world().loaded_path, path);
  EXPECT_TRUE(make_system_model_backend(options_)->rebuilds());
  EXPECT_EQ(make_system_model_backend(options_)->name(), "coreml");
}

TEST_F(CoreMlBackendTest, WithoutAFolderWhatWasCompiledGoesWithTheModel) {
  name_ = "tiny.mlpackage";
  {
    const auto model = load();
    ASSERT_TRUE(model);
    EXPECT_TRUE(fs::exists(world().loaded_path));
    EXPECT_EQ((*model)->info().kind, "mlprogram");
  }
  EXPECT_FALSE(fs::exists(world().loaded_path));
  EXPECT_FALSE(make_system_model_backend(options_)->rebuilds());
}

TEST_F(CoreMlBackendTest, ACompiledModelIsLoadedAsItIs) {
  ASSERT_TRUE(load());
  EXPECT_EQ(world().loaded_path, folder_.path() / name_);
  EXPECT_EQ(world().compiles, 0);
}

TEST_F(CoreMlBackendTest, WhatIsNotThereOrIsNoPackageIsSaid) {
  name_ = "none.mlpackage";
  EXPECT_EQ(load_error().code, ErrorCode::kNotFound);
  folder_.write("empty.mlpackage/a", "");
  name_ = "empty.mlpackage";
  EXPECT_EQ(load_error().code, ErrorCode::kCorrupt);
  name_ = std::string(5000, 'a');
  EXPECT_FALSE(load());
  name_ = "other.mlmodelc";
  folder_.write("other.mlmodelc/coremldata.bin", "");
  EXPECT_EQ((*load())->info().kind, "other");
  folder_.write("other.mlmodelc/model.espresso.net", "");
  EXPECT_EQ((*load())->info().kind, "neuralnetwork");
}

TEST_F(CoreMlBackendTest, ComputeUnitsAreThoseThatWereAskedFor) {
  // Loaded, asked for the plan: numbers of MLComputeUnits; -1: no plan.
  const std::tuple<ComputeUnits, std::int64_t, std::int64_t> rows[] = {
      {ComputeUnits::kAll, 2, 3},
      {ComputeUnits::kCpuAndNeuralEngine, 3, 3},
      {ComputeUnits::kCpuAndGpu, 1, 1},
      {ComputeUnits::kCpuOnly, 0, -1}};
  for (const auto& [units, loaded, planned] : rows) {
    world().units_planned = -1;
    const auto model = load({.units = units});
    ASSERT_TRUE(model);
    EXPECT_EQ(world().units_loaded, loaded);
    EXPECT_EQ(world().units_planned, planned);
    if (units == ComputeUnits::kCpuOnly) EXPECT_EQ((*model)->placement(), Placement::kCpu);
  }
}

TEST_F(CoreMlBackendTest, AFunctionIsAskedForByName) {
  world().plan.functions = {{"main", {{.device = Device::kCpu}}}, {"short", {{}}}};
  const auto model = load({.function = "short"});
  ASSERT_TRUE(model);
  EXPECT_EQ(world().function, "short");
  EXPECT_EQ((*model)->info().function, "short");
  EXPECT_EQ((*model)->placement(), Placement::kNeuralEngine);
}

TEST_F(CoreMlBackendTest, ADescriptionBecomesInputsAndOutputsByName) {
  world().inputs[0].listed = {{1, 4}, {1, 8}};
  world().inputs[0].ranges = {};
  world().inputs.push_back(
      {.name = "weights", .data_type = kFloat16, .shape = {3}, .optional = true});
  world().inputs.push_back({.name = "picture", .optional = true, .type = kImage});
  const auto model = load();
  ASSERT_TRUE(model) << model.error().message;
  const ModelInfo& info = (*model)->info();
  ASSERT_EQ(info.inputs.size(), 3U);
  EXPECT_EQ(info.inputs[0].name, "attention_mask");
  EXPECT_EQ(info.inputs[0].shape, (Axes{{1, 4}, {1, 8}}));
  EXPECT_EQ(info.inputs[1].name, "input_ids");
  EXPECT_EQ(info.inputs[1].allowed.size(), 2U);
  EXPECT_EQ(info.inputs[1].type, ElementType::kInt32);
  EXPECT_EQ(info.inputs[2].type, ElementType::kFloat16);
  EXPECT_TRUE(info.inputs[2].optional);
  EXPECT_FALSE(info.inputs[1].optional);
  EXPECT_EQ(info.outputs[0].shape.size(), 2U);
  EXPECT_EQ(info.outputs[0].shape[1], (AxisRange{4, 4}));
}

TEST_F(CoreMlBackendTest, WhatCannotBeGivenOrReadIsRefusedByName) {
  const std::tuple<std::int64_t, std::int64_t, const char*> kinds[] = {
      {1, 0, "an integer"},   {2, 0, "a number"},
      {3, 0, "a text"},       {kImage, 0, "an image"},
      {6, 0, "a dictionary"}, {7, 0, "a sequence"},
      {99, 0, "not known"},   {kArray, kInt8, "an array of a kind"}};
  for (const auto& [type, data_type, said] : kinds) {
    for (const bool input : {true, false}) {
      start_anew();
      (input ? world().inputs : world().outputs)
          .push_back({.name = "odd", .data_type = data_type, .shape = {1}, .type = type});
      const Error error = load_error();
      EXPECT_EQ(error.code, ErrorCode::kUnsupported);
      EXPECT_TRUE(error.message.contains(input ? "input \"odd\"" : "output \"odd\""));
      EXPECT_TRUE(error.message.contains(said)) << error.message;
    }
  }
  start_anew();
  world().inputs.push_back({.name = "wide", .data_type = kDouble, .shape = {1}});
  EXPECT_TRUE(load_error().message.contains("an array of doubles"));
  start_anew();
  world().states = {{.name = "cache"}};
  EXPECT_TRUE(load_error().message.contains("keeps a state"));
}

TEST_F(CoreMlBackendTest, APredictionReadsTheCallersMemoryAndGivesWhatCoreMlGave) {
  const auto model = load();
  ASSERT_TRUE(model) << model.error().message;
  const auto outputs = (*model)->run(text_inputs());
  ASSERT_TRUE(outputs) << outputs.error().message;
  EXPECT_EQ(outputs->at(0).name, "sentence_embedding");
  EXPECT_EQ(outputs->at(0).shape, (std::vector<std::int64_t>{2, 4}));
  EXPECT_EQ(floats_of(outputs->at(0)), kEmbeddings);
  EXPECT_EQ(world().given_bytes, (std::vector<const void*>{kMask.data(), kIds.data()}));
}

TEST_F(CoreMlBackendTest, ABatchIsOneCallWhoseAnswersAreInOrder) {
  const auto model = load();
  ASSERT_TRUE(model);
  const std::vector<std::int32_t> others{6, 8, 5, 3, 2, 1};
  std::vector<std::vector<TensorView>> batch(3, text_inputs());
  batch[1][0].bytes = std::as_bytes(std::span(others));
  const auto answers = (*model)->run_batch(batch);
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_EQ(answers->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto alone = (*model)->run(batch[i]);
    ASSERT_TRUE(alone);
    EXPECT_EQ(floats_of((*answers)[i].at(0)), floats_of(alone->at(0))) << i;
  }
  EXPECT_NE(floats_of((*answers)[0].at(0)), floats_of((*answers)[1].at(0)));
  EXPECT_EQ(world().batches, 1);
  EXPECT_TRUE((*model)->run_batch({}).value().empty());
  EXPECT_EQ(world().batches, 1);
  world().batch_is_short = true;
  EXPECT_TRUE((*model)->run_batch(batch).error().message.contains("answered 2 of 3"));
  world().batch_is_short = false;
  for (const auto& [how, said] : {std::pair{How::kObjcException, "thrown by Core ML"},
                                  std::pair{How::kCxxException, "E5RT encountered"},
                                  std::pair{How::kNil, "gave no reason"}}) {
    world().predict = {how};
    EXPECT_TRUE((*model)->run_batch(batch).error().message.contains(said));
  }
  world().predict = {};
  world().bytes = false;
  EXPECT_TRUE((*model)->run_batch(batch).error().message.contains("gave no bytes"));
  world().bytes = true;
  world().array = {How::kNil};
  EXPECT_FALSE((*model)->run_batch(batch));
}

TEST_F(CoreMlBackendTest, OutputsAreReadByTheirStrides) {
  const auto model = load();
  ASSERT_TRUE(model);
  for (const Layout layout : {Layout::kPlain, Layout::kPaddedRows, Layout::kTransposed}) {
    world().layout = layout;
    const auto outputs = (*model)->run(text_inputs());
    ASSERT_TRUE(outputs) << outputs.error().message;
    EXPECT_EQ(floats_of(outputs->at(0)), kEmbeddings);
  }
}

TEST_F(CoreMlBackendTest, OutputsOfEachKindAreRead) {
  const auto output_as = [&](std::int64_t data_type) {
    world().outputs[0].data_type = data_type;
    const auto model = load();
    auto outputs = (*model)->run(text_inputs());
    EXPECT_EQ(outputs->at(0).type, (*model)->info().outputs[0].type);
    return std::move(outputs->at(0));
  };
  EXPECT_EQ(floats_of(output_as(kDouble)), kEmbeddings);
  const Tensor half = output_as(kFloat16);
  EXPECT_EQ(half.type, ElementType::kFloat16);
  EXPECT_EQ(half.bytes[1], std::byte{0x46});  // 6.0 is 0x4600
  const Tensor whole = output_as(kInt32);
  EXPECT_EQ(whole.type, ElementType::kInt32);
  EXPECT_EQ(whole.bytes[0], std::byte{6});
}

TEST_F(CoreMlBackendTest, HalvesAndFloatsAreGivenAndAnOptionalInputMayBeMissing) {
  world().inputs = {{.name = "a", .data_type = kFloat32, .shape = {2}},
                    {.name = "b", .data_type = kFloat16, .shape = {2}, .optional = true}};
  world().outputs = {{.name = "sum", .shape = {1}}};
  world().compute = [](const std::map<std::string, Values>& in) {
    double sum = 0;
    for (const auto& [name, values] : in) sum += values.values[0] + values.values[1];
    return std::map<std::string, Values>{{"sum", {{1}, {sum}}}};
  };
  const auto model = load();
  ASSERT_TRUE(model);
  const Floats a{1, 2.5};
  const std::vector<std::uint16_t> b{0x3c00, 0x4000};  // 1, 2
  const std::vector<std::int64_t> shape{2};
  const TensorView views[] = {{"a", ElementType::kFloat32, shape, std::as_bytes(std::span(a))},
                              {"b", ElementType::kFloat16, shape, std::as_bytes(std::span(b))}};
  EXPECT_EQ(floats_of((*model)->run(views)->at(0)), Floats{6.5});
  EXPECT_EQ(floats_of((*model)->run(std::span(views).first(1))->at(0)), Floats{3.5});
}

TEST_F(CoreMlBackendTest, EveryKnownErrorOfLoadingHasItsCode) {
  for (const KnownError& row : kKnownErrors) {
    world().load = Failure::with(row.native);
    const Error error = load_error();
    EXPECT_EQ(error.code, row.code) << error.message;
    EXPECT_EQ(outcome_of(error), row.means) << error.message;
  }
  std::printf("Core ML error rows: %zu\n", std::size(kKnownErrors));
}

TEST_F(CoreMlBackendTest, EveryKnownErrorOfCompilingAndPredictingHasItsCode) {
  const auto model = load();
  name_ = "tiny.mlpackage";
  for (const KnownError& row : kKnownErrors) {
    world().predict = Failure::with(row.native);
    EXPECT_EQ((*model)->run(text_inputs()).error().code, row.code);
    world().compile = Failure::with(row.native);
    EXPECT_EQ(load_error().code, row.code);
  }
}

TEST_F(CoreMlBackendTest, WhatLiesUnderAnErrorIsTold) {
  world().load = {How::kError,
                  {{"com.apple.CoreML", 0, "Unable to load model."},
                   {"NSPOSIXErrorDomain", 28, "Could not write."}}};
  const Error error = load_error();
  EXPECT_EQ(error.code, ErrorCode::kDiskFull);
  EXPECT_TRUE(error.message.contains("because: Could not write.")) << error.message;
}

TEST_F(CoreMlBackendTest, NothingThatIsThrownLeaves) {
  const auto model = load();
  const auto ran = [&] { return (*model)->run(text_inputs()).error().message; };
  name_ = "tiny.mlpackage";
  for (const auto& [how, said] : {std::pair{How::kObjcException, "thrown by Core ML"},
                                  std::pair{How::kCxxException, "E5RT encountered"},
                                  std::pair{How::kNil, "gave no reason"}}) {
    world().compile = {how};
    EXPECT_TRUE(load_error().message.contains(said));
    world().compile = {};
    world().load = {how};
    EXPECT_TRUE(load_error().message.contains(said));
    world().load = {};
    world().predict = {how};
    EXPECT_TRUE(ran().contains(said));
    EXPECT_TRUE(load_error().message.contains(said)) << "it predicts to find shapes";
    world().predict = {};
  }
  world().array = {How::kObjcException};
  EXPECT_TRUE(ran().contains("thrown by Core ML"));
  world().array = {How::kNil};
  EXPECT_TRUE(ran().contains("gave no reason"));
  world().array = {};
  world().provider = Failure::with({"com.apple.CoreML", 1, "no feature"});
  EXPECT_TRUE(ran().contains("no feature"));
}

TEST_F(CoreMlBackendTest, AnOutputThatIsMissingOrCannotBeReadIsSaid) {
  const auto model = load();
  world().bytes = false;
  EXPECT_TRUE((*model)->run(text_inputs()).error().message.contains("gave no bytes"));
  world().bytes = true;
  world().outputs[0].data_type = kInt8;
  EXPECT_EQ((*model)->run(text_inputs()).error().code, ErrorCode::kUnsupported);
  world().outputs.clear();
  const auto missing = (*model)->run(text_inputs());
  EXPECT_TRUE(missing.error().message.contains("output \"sentence_embedding\": Core ML gave none"));
}

}  // namespace
}  // namespace papr
