// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "model_backend.h"
#include "verify_model.h"

namespace papr {

/// A backend, a package that it can load, and how a test names the pair.
struct BackendUnderTest {
  std::string name;
  std::function<std::unique_ptr<ModelBackend>()> make;
  std::filesystem::path package;
};

/// What every ModelBackend keeps, the fake as the real ones. Instantiated beside each.
class BackendContract : public testing::TestWithParam<BackendUnderTest> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    auto loaded = backend_->load(GetParam().package, {});
    ASSERT_TRUE(loaded) << loaded.error().message;
    model_ = std::move(*loaded);
    const auto probe = make_probe_inputs(model_->info());
    ASSERT_TRUE(probe) << probe.error().message;
    probe_ = *probe;
  }

  [[nodiscard]] std::vector<TensorView> views() const {
    std::vector<TensorView> views;
    for (const ProbeInput& input : probe_) {
      views.push_back({input.info.name, input.info.type, input.shape, input.bytes});
    }
    return views;
  }

  std::unique_ptr<ModelBackend> backend_;
  std::unique_ptr<LoadedModel> model_;
  std::vector<ProbeInput> probe_;
};

TEST_P(BackendContract, HasANameAndAModelThatSaysWhatItTakesAndGives) {
  EXPECT_NE(backend_->name(), "");
  EXPECT_FALSE(model_->info().inputs.empty());
  EXPECT_FALSE(model_->info().outputs.empty());
}

TEST_P(BackendContract, ProbeInputsGiveSoundOutputsEachTimeInAnyOrder) {
  auto inputs = views();
  for (int run = 0; run < 3; ++run) {
    const auto outputs = model_->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message;
    EXPECT_EQ(problem_of_outputs(model_->info(), *outputs), "");
    std::ranges::reverse(inputs);
  }
}

TEST_P(BackendContract, ABatchGivesWhatItsPartsGiveOneByOne) {
  const std::vector<std::vector<TensorView>> batch(3, views());
  const auto answers = model_->run_batch(batch);
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_EQ(answers->size(), batch.size());
  const auto alone = model_->run(views());
  ASSERT_TRUE(alone);
  for (const auto& answer : *answers) {
    ASSERT_EQ(answer.size(), alone->size());
    for (std::size_t i = 0; i < answer.size(); ++i) {
      EXPECT_EQ(answer[i].name, (*alone)[i].name);
      EXPECT_EQ(answer[i].shape, (*alone)[i].shape);
      EXPECT_EQ(answer[i].bytes, (*alone)[i].bytes);
    }
  }
  EXPECT_TRUE(model_->run_batch({}).value().empty());
  std::vector<std::vector<TensorView>> wrong = batch;
  wrong.back().pop_back();
  EXPECT_EQ(model_->run_batch(wrong).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(BackendContract, AModelOnTheCpuAloneAndAFreshOneAnswerToo) {
  for (const LoadOptions& how :
       {LoadOptions{.units = ComputeUnits::kCpuOnly}, LoadOptions{.fresh = true}}) {
    const auto model = backend_->load(GetParam().package, how);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_TRUE((*model)->run(views()));
  }
}

TEST_P(BackendContract, AMissingAnUnknownAndAMisshapenInputAreTheCallersMistake) {
  auto inputs = views();
  const TensorView last = inputs.back();
  inputs.pop_back();
  EXPECT_EQ(model_->run(inputs).error().code, ErrorCode::kInvalidArgument);
  inputs.push_back(last);
  inputs.push_back({"no_such_input", last.type, last.shape, last.bytes});
  EXPECT_EQ(model_->run(inputs).error().code, ErrorCode::kInvalidArgument);
  inputs.pop_back();
  inputs.back().bytes = last.bytes.first(last.bytes.size() - 1);
  const auto misshapen = model_->run(inputs);
  EXPECT_EQ(misshapen.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(misshapen.error().message.find(last.name), std::string::npos);
}

TEST_P(BackendContract, SeveralThreadsMayAskAtOnce) {
  std::vector<std::thread> threads;
  std::vector<char> answered(4, 0);
  for (char& answer : answered) {
    threads.emplace_back([this, &answer] { answer = model_->run(views()).has_value() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, std::vector<char>(4, 1));
}

TEST_P(BackendContract, ItsModelIsVerified) {
  const auto verified = verify_model(*model_, SystemClock(), 60'000);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(verified->good());
  EXPECT_EQ(verified->placement, model_->placement());
}

}  // namespace papr
