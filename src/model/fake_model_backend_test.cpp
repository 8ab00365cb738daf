// SPDX-License-Identifier: Apache-2.0
#include "fake_model_backend.h"

#include <gtest/gtest.h>

#include "backend_contract_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

INSTANTIATE_TEST_SUITE_P(
    Fake, BackendContract,
    testing::Values(BackendUnderTest{
        "fake", [] { return std::make_unique<FakeModelBackend>(std::make_shared<FakeClock>()); },
        "m.mlpackage"}),
    [](const auto& one) { return one.param.name; });

TEST(FakeModelBackend, PlaysItsLoadsInOrderAndTheLastForEver) {
  FakeModelBackend backend(std::make_shared<FakeClock>(),
                           {{.error = Error{ErrorCode::kUnavailable, "first", ""}}, {}});
  EXPECT_EQ(backend.load("m", {}).error().message, "first");
  EXPECT_TRUE(backend.load("m", {.fresh = true}));
  EXPECT_TRUE(backend.load("m", {}));
  ASSERT_EQ(backend.loads_seen().size(), 3U);
  EXPECT_TRUE(backend.loads_seen()[1].fresh);
}

TEST(FakeModelBackend, TimePassesOnItsClockAlone) {
  const auto clock = std::make_shared<FakeClock>();
  FakeModelBackend backend(clock, {{.takes = 7min}});
  const SteadyTime start = clock->steady_now();
  EXPECT_TRUE(backend.load("m", {}));
  EXPECT_EQ(clock->steady_now() - start, 7min);
}

TEST(FakeModelBackend, MishapsLieOnTopOfARealBackend) {
  const auto clock = std::make_shared<FakeClock>();
  FakeModelBackend real(clock);
  FakeModelBackend backend(clock, {{.runs = {{.output = FakeRun::Output::kZeros}}}}, &real);
  const auto model = backend.load("m", {});
  ASSERT_TRUE(model);
  EXPECT_FALSE(verify_model(**model, *clock, 150)->output_ok);
  EXPECT_EQ(real.loads_seen().size(), 1U);
  EXPECT_EQ(real.runs_seen(), 1);
}

}  // namespace
}  // namespace papr
