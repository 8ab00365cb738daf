// SPDX-License-Identifier: Apache-2.0
// Which way searches go while memory's state changes, with the real source `file`.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../base/gate_for_test.h"
#include "../pressure/fake_memory_source.h"
#include "client_bench_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

struct RouteUnderPressure : testing::Test {
  void SetUp() override {
    ASSERT_TRUE(bench.open().add({.id = "l1", .content = "tea cup"}));
    bench.cloud_script = one_memory;
    set_free_percent(61);
  }

  void set_free_percent(int percent) const {
    std::ofstream(next) << R"({"free_percent":)" << percent << "}";
    std::filesystem::rename(next, file);
  }

  Client open(bool unload_on_critical = true) {
    ClientParts parts = bench.parts();
    parts.unload_on_critical = unload_on_critical;
    parts.hedge_after = 1min;  // only pressure decides here
    auto source = make_memory_source("file:" + file.string());
    parts.pressure =
        std::make_shared<PressureMeter>(PressureMeterParts{.source = std::move(source).value(),
                                                           .thresholds = {},
                                                           .clock = bench.clock,
                                                           .events = parts.events.get()});
    if (watched) {
      parts.watch = [this](PressureMonitor::Listener listener) {
        return PressureMonitor::start(
            {.pressure = {.source = "file:" + file.string()}, .interval = 1ms, .calm = 0ms},
            std::move(listener));
      };
    }
    return make_client(std::move(parts));
  }

  bool watched = false;  // memory is looked at between searches too
  ClientBench bench;
  std::filesystem::path file = bench.folder.path() / "pressure.json";
  std::filesystem::path next = bench.folder.path() / "next.json";
};

AnsweredBy side(const Result<Answer>& answer) { return answer.value().answered_by; }

TEST_F(RouteUnderPressure, ChangesWithTheNextSearchAndBackAndIsSaid) {
  Client client = open();
  const auto calm = client.search("tea");
  ASSERT_TRUE(calm) << calm.error().message;
  EXPECT_EQ(calm->answered_by, AnsweredBy::kLocal);

  set_free_percent(12);
  const auto short_of_memory = client.search("tea");
  ASSERT_TRUE(short_of_memory) << short_of_memory.error().message;
  EXPECT_EQ(short_of_memory->answered_by, AnsweredBy::kCloud);
  EXPECT_TRUE(short_of_memory->degraded);
  EXPECT_NE(short_of_memory->reason.find("12.0%"), std::string::npos) << short_of_memory->reason;

  set_free_percent(61);
  const auto again = client.search("tea");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->answered_by, AnsweredBy::kLocal);
  EXPECT_FALSE(again->degraded);
}

TEST_F(RouteUnderPressure, ChangesForEverySearchThatBeginsAfterwardsWhileOthersRun) {
  Client client = open();
  ASSERT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
  std::atomic<bool> stop = false;
  std::atomic<int> failures = 0;
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&] {
      while (!stop) failures += client.search("tea") ? 0 : 1;
    });
  }
  for (int round = 0; round < 20; ++round) {
    set_free_percent(12);
    EXPECT_EQ(side(client.search("tea")), AnsweredBy::kCloud) << "round " << round;
    set_free_percent(61);
    EXPECT_EQ(side(client.search("tea")), AnsweredBy::kLocal) << "round " << round;
  }
  stop = true;
  for (std::thread& thread : others) thread.join();
  EXPECT_EQ(failures, 0);
}

TEST_F(RouteUnderPressure, StaysLocalByDefaultForAModelThatIsLoadedAndFast) {
  Client client = open(ClientParts{}.unload_on_critical);
  ASSERT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
  set_free_percent(12);
  EXPECT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
}

TEST_F(RouteUnderPressure, StaysLocalWhereNothingElseMayAnswer) {
  bench.cloud_script = nullptr;
  Client client = open();
  set_free_percent(12);
  EXPECT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
}

// As one whose tools hang, until the gate opens.
class SlowSource final : public MemorySource {
 public:
  SlowSource(std::function<void()> wait, std::atomic<int>& looks)
      : wait_(std::move(wait)), looks_(looks) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "slow"; }
  [[nodiscard]] bool is_quick() const noexcept override { return false; }
  Result<MemorySample> sample(SteadyTime now) override {
    ++looks_;
    wait_();
    return MemorySample{.taken_at = now, .free_percent = 12};
  }

 private:
  std::function<void()> wait_;
  std::atomic<int>& looks_;
};

TEST_F(RouteUnderPressure, AsksTheApiSoonAfterTheModelWasCalledWhileMemoryIsCritical) {
  Gate gate;
  bench.model_script = [wait = gate.wait()](std::span<const TensorView> inputs) {
    wait();
    return count_words(inputs);
  };
  Client client = open(false);  // a minute until a hedge; critical: 1.5 s
  set_free_percent(12);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = client.search("tea", {.deadline = 5min});
  EXPECT_EQ(side(answer), AnsweredBy::kCloud);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, 1500ms);
  EXPECT_LT(took, 30s);
  gate.open();
  ASSERT_TRUE(client.wait_until_idle(1min));
}

TEST_F(RouteUnderPressure, IsLocalAfterAllWhereTheApiCannotAnswer) {
  bench.cloud_script = [](const HttpRequest&, const CancelToken&) -> Result<HttpResponse> {
    return fail(ErrorCode::kUnavailable, "connect: refused");
  };
  set_free_percent(12);
  Client client = open();
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
  EXPECT_TRUE(answer->degraded);
  EXPECT_NE(answer->reason.find("memory is critical"), std::string::npos) << answer->reason;
  EXPECT_NE(answer->reason.find("refused"), std::string::npos) << answer->reason;
}

TEST_F(RouteUnderPressure, IsLocalForWhoeverAsksThisMachineAloneThoughTheModelIsFreed) {
  watched = true;
  set_free_percent(12);
  Client client = open();
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.search("tea", {.route = Route::kLocal});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
  }
}

/// Until it is so, or a minute has passed.
bool comes_true(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 1min;
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

TEST_F(RouteUnderPressure, FreesTheModelAndLoadsItAgainWithoutWaitingForASearch) {
  watched = true;
  std::atomic<int> loads = 0;
  bench.before_load = [&loads] { ++loads; };
  Client client = open();
  ASSERT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
  set_free_percent(12);
  EXPECT_TRUE(
      comes_true([&] { return std::ranges::count(bench.events.names(), "model_unloaded") == 1; }));
  set_free_percent(30);  // short, but not critical: no time to load anything
  set_free_percent(61);
  EXPECT_TRUE(comes_true([&] { return loads == 2; }));
  ASSERT_TRUE(client.wait_until_idle(1min));
  EXPECT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
  EXPECT_EQ(loads, 2);
}

TEST_F(RouteUnderPressure, LoadsWhatMemoryWasTooShortForOnceItIsCalmThoughNobodyAsksAgain) {
  watched = true;
  std::atomic<int> loads = 0;
  bench.before_load = [&loads] { ++loads; };
  bench.scripted_load.refusal = Error{ErrorCode::kUnavailable, "load: no memory", ""};
  bench.scripted_load.retry_when_calm = true;
  set_free_percent(12);
  Client client = open(false);
  ASSERT_EQ(side(client.search("tea")), AnsweredBy::kCloud);
  EXPECT_EQ(loads, 1);
  set_free_percent(61);
  EXPECT_TRUE(comes_true([&] { return loads > 1; }));
}

TEST_F(RouteUnderPressure, OfASourceThatIsSlowIsLearntWithoutWaitingForIt) {
  std::atomic<int> looks = 0;
  Gate gate;
  ClientParts parts = bench.parts();
  parts.unload_on_critical = true;
  parts.hedge_after = 1min;
  parts.pressure = std::make_shared<PressureMeter>(
      PressureMeterParts{.source = std::make_unique<SlowSource>(gate.wait(), looks),
                         .thresholds = {},
                         .clock = bench.clock,
                         .events = parts.events.get()});
  Client client = make_client(std::move(parts));
  EXPECT_EQ(side(client.search("tea")), AnsweredBy::kLocal);  // nothing is known yet
  EXPECT_EQ(side(client.search("tea")), AnsweredBy::kLocal);
  gate.open();
  ASSERT_TRUE(client.wait_until_idle(1min));
  EXPECT_EQ(side(client.search("tea")), AnsweredBy::kCloud);
  EXPECT_EQ(looks, 1);
}

}  // namespace
}  // namespace papr
