// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "../../base/fake_event_sink.h"
#include "../../base/temporary_folder.h"
#include "../../pressure/fake_memory_source.h"
#include "../backend_contract_for_test.h"
#include "../fake_model_backend.h"
#include "../guarded_loader.h"

namespace papr {
namespace {

const std::filesystem::path kTiny =
    std::filesystem::path(PAPR_MODELS_DIR) / "tiny" / "tiny.mlpackage";

// Finds the models that the loads before it kept.
std::unique_ptr<ModelBackend> make_backend_that_keeps() {
  static const TemporaryFolder folder;
  const BackendOptions options{.compiled_models = folder.path() / "compiled-models"};
  static_cast<void>(make_system_model_backend(options)->load(kTiny, {}));
  return make_system_model_backend(options);
}

INSTANTIATE_TEST_SUITE_P(
    OpenVino, BackendContract,
    testing::Values(BackendUnderTest{"openvino", [] { return make_system_model_backend({}); },
                                     kTiny},
                    BackendUnderTest{"openvino_that_keeps", make_backend_that_keeps, kTiny}),
    [](const auto& one) { return one.param.name; });

TEST(GuardedOpenVino, ARealPackageIsLoadedAndVerifiedInOneLoad) {
  const auto backend = make_system_model_backend({});
  const auto clock = std::make_shared<SystemClock>();
  PressureMeter pressure({.source = std::make_unique<FakeMemorySource>(
                              std::deque<Result<MemorySample>>{MemorySample{}}, "none"),
                          .thresholds = {},
                          .clock = clock});
  FakeEventSink sink;
  GuardedLoader loader({.backend = *backend, .pressure = pressure, .clock = clock, .events = &sink},
                       {.latency_budget = std::chrono::minutes(1)});
  const LoadOutcome outcome = loader.load(kTiny);
  ASSERT_NE(outcome.model, nullptr) << outcome.reason;
  EXPECT_FALSE(outcome.degraded);
  EXPECT_EQ(outcome.verification->placement, Placement::kCpu);
  EXPECT_EQ(sink.names(),
            (std::vector<std::string>{"load_started", "load_finished", "placement_verified"}));
}

}  // namespace
}  // namespace papr
