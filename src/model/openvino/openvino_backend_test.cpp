// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "../../base/temporary_folder.h"
#include "../model_backend.h"

namespace papr {
namespace {

using Ids = std::vector<std::int32_t>;
using Floats = std::vector<float>;

Result<std::unique_ptr<LoadedModel>> load(const std::string& package) {
  BackendOptions options;
  options.threads = 2;
  return make_system_model_backend(options)->load(PAPR_MODELS_DIR "/" + package, {});
}

std::unique_ptr<LoadedModel> load_tiny() {
  auto model = load("tiny/tiny.mlpackage");
  if (!model) throw std::runtime_error(model.error().message);
  return std::move(*model);
}

TensorView view(std::string_view name, const Ids& ids, std::span<const std::int64_t> shape) {
  return {name, ElementType::kInt32, shape, std::as_bytes(std::span(ids))};
}

// ids and mask [rows, ids.size() / rows].
Result<std::vector<Tensor>> run(LoadedModel& model, std::int64_t rows, const Ids& ids,
                                const Ids& mask) {
  const std::int64_t shape[] = {rows, static_cast<std::int64_t>(ids.size()) / rows};
  const TensorView inputs[] = {view("attention_mask", mask, shape), view("input_ids", ids, shape)};
  return model.run(inputs);
}

Floats embed(LoadedModel& model, std::int64_t rows, const Ids& ids, const Ids& mask) {
  const auto outputs = run(model, rows, ids, mask);
  EXPECT_TRUE(outputs) << (outputs ? "" : outputs.error().message);
  if (!outputs) return {};
  EXPECT_EQ((*outputs)[0].name, "sentence_embedding");
  Floats values((*outputs)[0].bytes.size() / sizeof(float));
  std::memcpy(values.data(), (*outputs)[0].bytes.data(), (*outputs)[0].bytes.size());
  return values;
}

void expect_near(const Floats& got, const Floats& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

// The words of tools/build_tiny_package.py: 1 is (1,-1,1,-1), 2 is (1,1,-1,-1). Of two tokens each
// becomes the normal of itself plus their mean, (2,-1,1,-2) and (2,1,-1,-2) over sqrt(2.5).
const Floats kOne = {0.5f, -0.5f, 0.5f, -0.5f};
const Floats kOneAndTwo = {std::sqrt(0.5f), 0, 0, -std::sqrt(0.5f)};

TEST(OpenVinoBackend, TheTinyModelGivesWhatWasWorkedOutByHand) {
  for (const char* package : {"tiny/tiny.mlpackage", "tiny/tiny-ios18.mlpackage"}) {
    SCOPED_TRACE(package);
    auto model = load(package);
    ASSERT_TRUE(model) << model.error().message;
    expect_near(embed(**model, 1, {1}, {1}), kOne);
    expect_near(embed(**model, 1, {1, 2}, {1, 1}), kOneAndTwo);
    EXPECT_EQ((*model)->placement(), Placement::kCpu);
  }
}

TEST(OpenVinoBackend, WhatTheMaskHidesDoesNotCount) {
  const auto model = load_tiny();
  expect_near(embed(*model, 1, {1, 2, 3}, {1, 0, 0}), kOne);
}

TEST(OpenVinoBackend, ABatchGivesARowForEachText) {
  const auto model = load_tiny();
  Floats expected = kOne;
  expected.insert(expected.end(), kOneAndTwo.begin(), kOneAndTwo.end());
  expect_near(embed(*model, 2, {1, 0, 1, 2}, {1, 0, 1, 1}), expected);
}

TEST(OpenVinoBackend, InfoHasNamesTypesAndRanges) {
  const auto model = load_tiny();
  const ModelInfo& info = model->info();
  EXPECT_EQ(info.kind, "mlprogram");
  ASSERT_EQ(info.inputs.size(), 2u);
  EXPECT_EQ(info.inputs[0].name, "input_ids");
  EXPECT_EQ(info.inputs[0].type, ElementType::kInt32);
  EXPECT_EQ(info.inputs[0].shape, (std::vector<AxisRange>{{1, 4}, {1, 8}}));
  ASSERT_EQ(info.outputs.size(), 1u);
  EXPECT_EQ(info.outputs[0].type, ElementType::kFloat32);
  EXPECT_EQ(info.outputs[0].shape, (std::vector<AxisRange>{{1, 4}, {4, 4}}));
}

TEST(OpenVinoBackend, EveryMiniLmVariantGivesVectorsOfNormOneThatAgree) {
  Ids ids(32, 0);
  Ids mask(32, 0);
  for (int i = 0; i < 6; ++i) {
    ids[static_cast<std::size_t>(i)] = 1000 + i;
    mask[static_cast<std::size_t>(i)] = 1;
  }
  Floats first;
  for (const char* variant : {"-fp32", "", "-fixed32", "-fp32-fixed32"}) {
    SCOPED_TRACE(variant);
    auto model = load("all-MiniLM-L6-v2" + std::string(variant) + "/all-MiniLM-L6-v2.mlpackage");
    ASSERT_TRUE(model) << model.error().message;
    const Floats vector = embed(**model, 1, ids, mask);
    ASSERT_EQ(vector.size(), 384u);
    if (first.empty()) first = vector;
    double norm = 0;
    double cosine = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      norm += double{vector[i]} * vector[i];
      cosine += double{vector[i]} * first[i];
    }
    EXPECT_NEAR(norm, 1, 1e-3);
    EXPECT_GT(cosine, 0.9999);
  }
}

TEST(OpenVinoBackend, AWrongInputIsRefusedAndNamed) {
  const auto model = load_tiny();
  const Ids two = {1, 2};
  const Ids nine(9, 1);
  const std::int64_t good[] = {1, 2};
  const std::int64_t negative[] = {-1, -2};
  const std::int64_t long_row[] = {1, 9};
  const std::int64_t flat[] = {2};
  const TensorView mask = view("attention_mask", two, good);
  TensorView floats = view("input_ids", two, good);
  floats.type = ElementType::kFloat32;
  const std::vector<std::vector<TensorView>> cases = {
      {mask},
      {mask, view("input_ids", nine, long_row)},
      {mask, view("input_ids", two, flat)},
      {mask, view("input_ids", two, negative)},
      {mask, view("input_ids", nine, good)},
      {mask, floats},
      {mask, view("input_ids", two, good), view("input_ids", two, good)},
  };
  for (const auto& inputs : cases) {
    const auto outputs = model->run(inputs);
    ASSERT_FALSE(outputs);
    EXPECT_EQ(outputs.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(outputs.error().message.find("\"input_ids\""), std::string::npos)
        << outputs.error().message;
  }
}

TEST(OpenVinoBackend, AnIdBeyondTheTableOfEmbeddingsIsRefusedWithBothNumbers) {
  for (const char* package : {"tiny/tiny.mlpackage", "tiny/tiny-ios18.mlpackage"}) {
    SCOPED_TRACE(package);
    const auto model = load(package);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ((*model)->info().inputs[0].table_rows, 4);
    EXPECT_EQ((*model)->info().inputs[1].table_rows, std::nullopt) << "a mask is looked up nowhere";
    for (const int id : {4, -5, 70000}) {
      const auto outputs = run(**model, 1, {1, id}, {1, 1});
      ASSERT_FALSE(outputs) << id;
      EXPECT_EQ(outputs.error().code, ErrorCode::kInvalidArgument);
      EXPECT_NE(outputs.error().message.find(std::to_string(id)), std::string::npos);
      EXPECT_NE(outputs.error().message.find("4 rows"), std::string::npos);
    }
    EXPECT_TRUE(run(**model, 1, {3, -4}, {1, 1}));
  }
}

TEST(OpenVinoBackend, InputsThatDisagreeAreAnErrorAndTheModelStaysUsable) {
  const auto model = load_tiny();
  const Ids three = {1, 2, 3};
  const std::int64_t two_shape[] = {1, 2};
  const std::int64_t three_shape[] = {1, 3};
  const Ids two = {1, 1};
  const TensorView inputs[] = {view("input_ids", three, three_shape),
                               view("attention_mask", two, two_shape)};
  const auto outputs = model->run(inputs);
  ASSERT_FALSE(outputs);
  EXPECT_EQ(outputs.error().code, ErrorCode::kUnavailable);
  expect_near(embed(*model, 1, {1}, {1}), kOne);
}

TEST(OpenVinoBackend, TwoThreadsGetEachItsOwnAnswer) {
  const auto model = load_tiny();
  const auto repeat = [&model](const Ids& ids, const Floats& expected) {
    for (int i = 0; i < 50; ++i) expect_near(embed(*model, 1, ids, Ids(ids.size(), 1)), expected);
  };
  std::thread other(repeat, Ids{1}, kOne);
  repeat({1, 2}, kOneAndTwo);
  other.join();
}

TEST(OpenVinoBackend, NoPackageIsNotFoundAndAnotherFolderIsCorrupt) {
  const TemporaryFolder folder;
  const auto file = folder.write("model.mlmodel", "x");
  const auto backend = make_system_model_backend({});
  EXPECT_EQ(backend->load(folder.path() / "none.mlpackage", {}).error().code, ErrorCode::kNotFound);
  for (const auto& path : {folder.path(), file}) {
    const auto model = backend->load(path, {});
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, ErrorCode::kCorrupt) << model.error().message;
    EXPECT_NE(model.error().message.find(path.string()), std::string::npos);
    EXPECT_FALSE(model.error().remedy.empty());
  }
}

TEST(OpenVinoBackend, APackageThatMayNotBeReadIsUnavailableAndSaysWhichPartAndWhy) {
  // Root may read everything, so root becomes somebody else meanwhile.
  constexpr uid_t kNobody = 65534;
  const TemporaryFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const auto package = folder.path() / "a" / "tiny.mlpackage";
  std::filesystem::create_directory(package.parent_path());
  std::filesystem::copy(PAPR_MODELS_DIR "/tiny/tiny.mlpackage", package,
                        std::filesystem::copy_options::recursive);
  const auto data = package / "Data" / "com.apple.CoreML";
  const auto backend = make_system_model_backend({});
  for (const auto& part : {package.parent_path(), package, package / "Manifest.json",
                           data / "model.mlmodel", data / "weights" / "weight.bin"}) {
    const auto permissions = std::filesystem::status(part).permissions();
    std::filesystem::permissions(part, std::filesystem::perms::none);
    const bool is_root = ::geteuid() == 0;
    ASSERT_TRUE(!is_root || ::seteuid(kNobody) == 0);
    const auto model = backend->load(package, {});
    ASSERT_TRUE(!is_root || ::seteuid(0) == 0);
    std::filesystem::permissions(part, permissions);
    ASSERT_FALSE(model) << part;
    EXPECT_EQ(model.error().code, ErrorCode::kUnavailable) << model.error().message;
    EXPECT_NE(model.error().message.find("Permission denied"), std::string::npos)
        << model.error().message;
    EXPECT_NE(model.error().remedy.find("every folder above"), std::string::npos)
        << model.error().message;
  }
}

TEST(OpenVinoBackend, LinksInACircleAreToldAsWhatTheyAre) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path() / "b", folder.path() / "a");
  std::filesystem::create_symlink(folder.path() / "a", folder.path() / "b");
  const auto model = make_system_model_backend({})->load(folder.path() / "a", {});
  ASSERT_FALSE(model);
  EXPECT_NE(model.error().remedy.find("circle"), std::string::npos) << model.error().message;
}

}  // namespace
}  // namespace papr
