// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "../../src/base/fake_event_sink.h"
#include "../../src/base/temporary_folder.h"
#include "../../src/model/model_backend.h"
#include "fake_coreml_for_test.h"

namespace papr {

namespace fs = std::filesystem;
using namespace fake_coreml;
using Floats = std::vector<float>;
using Names = std::vector<std::string>;

inline const std::vector<std::int64_t> kShape{2, 3};
inline const std::vector<std::int32_t> kIds{1, 2, 3, 5, 8, 6};
inline const std::vector<std::int32_t> kMask{1, 1, 1, 1, 1, 0};
inline const Floats kEmbeddings{6, 12, 18, 24, 13, 26, 39, 52};

inline std::vector<TensorView> text_inputs() {
  const auto view = [](const char* name, const std::vector<std::int32_t>& values) {
    return TensorView{name, ElementType::kInt32, kShape, std::as_bytes(std::span(values))};
  };
  return {view("input_ids", kIds), view("attention_mask", kMask)};
}

inline Floats floats_of(const Tensor& tensor) {
  Floats values(tensor.bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

/// The backend under test, a package and a compiled model, and a Core ML that starts anew.
class CoreMlBackendTest : public testing::Test {
 protected:
  CoreMlBackendTest() {
    start_anew();
    folder_.write("tiny.mlpackage/Manifest.json", "{}");
    folder_.write("tiny.mlmodelc/model.mil", "program(1.0)");
  }
  ~CoreMlBackendTest() override {
    let_plans_come();
    EXPECT_EQ(live_objects(), 0);
  }

  Result<std::unique_ptr<LoadedModel>> load(const LoadOptions& how = {}) {
    return make_system_model_backend(options_)->load(package(), how);
  }
  [[nodiscard]] fs::path package() const { return folder_.path() / name_; }
  Placement placement(const LoadOptions& how = {}) {
    const auto model = load(how);
    return model ? (*model)->placement() : Placement::kUnknown;
  }
  Error load_error(const LoadOptions& how = {}) {
    const auto model = load(how);
    EXPECT_FALSE(model);
    return model ? Error{} : model.error();
  }

  TemporaryFolder folder_;
  std::shared_ptr<FakeEventSink> sink_ = std::make_shared<FakeEventSink>();
  BackendOptions options_{.events = sink_};
  std::string name_ = "tiny.mlmodelc";
};

}  // namespace papr
