// SPDX-License-Identifier: Apache-2.0
// Searches share one model, which is at one call at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "../base/gate_for_test.h"
#include "client_bench_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

struct OneModel : testing::Test {
  void SetUp() override {
    ASSERT_TRUE(bench.open().add({.id = "l1", .content = "tea cup"}));
    bench.cloud_script = one_memory;
  }
  ClientBench bench;
  Gate gate;
};

TEST_F(OneModel, ThatHangsHoldsOneThreadAndEverySearchIsAnswered) {
  bench.model_script = [wait = gate.wait()](std::span<const TensorView> inputs) {
    wait();
    return count_words(inputs);
  };
  ClientParts parts = bench.parts();
  parts.hedge_after = 1ms;
  Client client = make_client(std::move(parts));
  for (int i = 0; i < 200; ++i) {
    const auto answer = client.search("tea");
    ASSERT_TRUE(answer) << i << ": " << answer.error().message;
    ASSERT_EQ(answer->answered_by, AnsweredBy::kCloud);
  }
  gate.open();
  ASSERT_TRUE(client.wait_until_idle(1min));
  EXPECT_EQ(client.search("tea")->answered_by, AnsweredBy::kLocal);
}

TEST_F(OneModel, IsAtOneCallAtATimeWhoeverAsks) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  bench.model_script = [&](std::span<const TensorView> inputs) {
    most = std::max(most.load(), ++running);
    auto outputs = count_words(inputs);
    std::this_thread::yield();
    --running;
    return outputs;
  };
  ClientParts parts = bench.parts();
  parts.hedge_after = 1min;
  Client client = make_client(std::move(parts));
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        if (i == 0) {
          (void)client.add({.content = "coffee " + std::to_string(round)});
        } else if (i == 1) {
          std::istringstream lines(R"({"content":"garden"})");
          (void)client.import_lines(lines);
        } else {
          EXPECT_TRUE(client.search("tea"));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
}

TEST_F(OneModel, IsNotTakenForSlowBecauseManyWaitForIt) {
  struct Clocked final : Clock {
    SteadyTime steady_now() const noexcept override { return SteadyTime(now.load()); }
    WallTime wall_now() const noexcept override { return {}; }
    std::atomic<SteadyTime::duration> now{1h};
  };
  const auto clock = std::make_shared<Clocked>();
  bench.clock = clock;
  bench.model_script = [&](std::span<const TensorView> inputs) {
    clock->now = clock->now.load() + 30ms;  // with a budget of 150 ms, and eight that wait
    return count_words(inputs);
  };
  ClientParts parts = bench.parts();
  parts.hedge_after = 1h;
  Client client = make_client(std::move(parts));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) EXPECT_TRUE(client.search("tea", {.deadline = 2h}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(bench.events.names(), "breaker_opened"), 0);
}

TEST_F(OneModel, IsNotTakenForBadBecauseOfBadQuestions) {
  Client client = bench.open();
  for (int i = 0; i < 5; ++i) {
    const auto refused = client.search("\xff\xfe");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(refused.error().remedy, "");
  }
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
}

}  // namespace
}  // namespace papr
