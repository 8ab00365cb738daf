// SPDX-License-Identifier: Apache-2.0
// A load that is tried in a child process first.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "guarded_loader_fixture_for_test.h"

namespace papr {
namespace {

using How = ProbeEnd::How;

ProbeEnd answered(bool kept = true) {
  return {How::kAnswered, ModelCheck{.backend = "fake", .kept = kept}};
}
ProbeEnd met(Error error) { return {How::kAnswered, std::unexpected(std::move(error))}; }
ProbeEnd died() { return {How::kDied, fail(ErrorCode::kUnavailable, "in a child process: abort")}; }

class GuardedLoaderProbe : public GuardedLoaderTest {
 protected:
  /// The ends of the probes to come, the last for ever.
  void script(std::vector<ProbeEnd> ends) {
    probe_ = [this, ends = std::move(ends)](const ProbeRequest& request) {
      asked_.push_back(request);
      return ends[std::min(asked_.size(), ends.size()) - 1];
    };
  }
  std::vector<ProbeRequest> asked_;
};

TEST_F(GuardedLoaderProbe, AModelThatIsNotKnownToBeGoodIsTriedInAChildAndThenLoadedHere) {
  script({answered()});
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend).model, nullptr);
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_.front().package, package_);
  EXPECT_EQ(asked_.front().budget_ms, 150);
  EXPECT_FALSE(asked_.front().cold_and_warm);
  EXPECT_EQ(backend.loads_seen().size(), 1u);
  EXPECT_EQ(told("model_probe_finished", "how"), std::vector<std::string>{"answered"});
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_EQ(asked_.size(), 1u) << "it is known by now";
}

TEST_F(GuardedLoaderProbe, WhatTheChildMeetsIsDealtWithAsIfItHadBeenMetHere) {
  script({met(bad_entry()), answered()});
  FakeModelBackend backend(clock_);
  const LoadOutcome outcome = load(backend);
  EXPECT_NE(outcome.model, nullptr);
  ASSERT_EQ(asked_.size(), 2u);
  EXPECT_FALSE(asked_[0].how.fresh);
  EXPECT_TRUE(asked_[1].how.fresh);
  ASSERT_EQ(backend.loads_seen().size(), 1u);
  EXPECT_FALSE(backend.loads_seen().front().fresh) << "the child has compiled it anew";
  ASSERT_EQ(outcome.failures.size(), 1u);
  EXPECT_EQ(outcome.failures.front().message, bad_entry().message);
}

TEST_F(GuardedLoaderProbe, WhatAChildCouldNotKeepIsCompiledAnewHereToo) {
  script({died(), answered(false)});
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend).model, nullptr);
  ASSERT_EQ(backend.loads_seen().size(), 1u);
  EXPECT_TRUE(backend.loads_seen().front().fresh) << "what is kept ends the process";
}

TEST_F(GuardedLoaderProbe, AModelThatEndsEveryProcessIsNeverLoadedHere) {
  script({died()});
  FakeModelBackend backend(clock_);
  const LoadOutcome outcome = load(backend);
  EXPECT_EQ(outcome.model, nullptr);
  EXPECT_TRUE(backend.loads_seen().empty());
  EXPECT_EQ(asked_.size(), 2u) << "once more, without what was compiled earlier";
  EXPECT_TRUE(outcome.reason.contains("it ends the process that loads it")) << outcome.reason;
  EXPECT_TRUE(outcome.reason.contains("abort")) << outcome.reason;
}

TEST_F(GuardedLoaderProbe, WithoutACloudTheCpuIsTriedInAChildToo) {
  script({died(), died(), answered()});
  options_.cloud_allowed = false;
  FakeModelBackend backend(clock_);
  const LoadOutcome outcome = load(backend);
  EXPECT_NE(outcome.model, nullptr);
  EXPECT_TRUE(outcome.degraded);
  ASSERT_EQ(asked_.size(), 3u);
  EXPECT_EQ(asked_.back().how.units, ComputeUnits::kCpuOnly);
  ASSERT_EQ(backend.loads_seen().size(), 1u);
  EXPECT_EQ(backend.loads_seen().front().units, ComputeUnits::kCpuOnly);
}

TEST_F(GuardedLoaderProbe, WhereNoChildCanBeStartedTheModelIsLoadedHere) {
  script({{How::kNotStarted, fail(ErrorCode::kUnavailable, "fork: no memory")}});
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_EQ(told("model_probe_finished", "reason"), std::vector<std::string>{"fork: no memory"});
}

TEST_F(GuardedLoaderProbe, AfterADeathTheNextProcessClearsWhatIsOursFirst) {
  script({died()});
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  FakeModelBackend backend(clock_);
  EXPECT_EQ(load(backend).model, nullptr);
  EXPECT_TRUE(std::filesystem::exists(entry));
  script({answered()});
  asked_.clear();
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_FALSE(std::filesystem::exists(entry));
}

TEST_F(GuardedLoaderProbe, WhatAppearsInTheCacheDuringALoadIsOursWhoeverOfUsMadeIt) {
  const auto place = caches_.bundles("org.python.python");
  FakeCaches::add(place, "theirs");
  probe_ = [&](const ProbeRequest&) {
    FakeCaches::add(place, "by-the-child");
    return answered();
  };
  FakeModelBackend backend(clock_);
  backend.before_load = [&] { FakeCaches::add(place, "by-us"); };
  EXPECT_NE(load(backend).model, nullptr);
  const auto state = state_.read();
  ASSERT_TRUE(state) << state.error().message;
  const auto entries = (*state)["cache"]["entries"].get<std::vector<std::string>>();
  EXPECT_EQ(entries, (std::vector{(place / "by-the-child").string(), (place / "by-us").string()}));
}

}  // namespace
}  // namespace papr
