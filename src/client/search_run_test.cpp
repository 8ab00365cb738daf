// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../base/gate_for_test.h"
#include "client_bench_for_test.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

Result<HttpResponse> refused(const HttpRequest&, const CancelToken&) {
  return HttpResponse{.status = 401, .headers = {}, .body = R"({"error":"no"})"};
}

// The store has one row in all of these.
struct Search : testing::Test {
  void SetUp() override { ASSERT_TRUE(bench.open().add({.id = "l1", .content = "tea cup"})); }

  // From then on every load, or every call of the model, waits at the gate.
  void hold_loads() { bench.before_load = gate->wait(); }
  void hold_model() {
    bench.model_script = [wait = gate->wait()](std::span<const TensorView> inputs) {
      wait();
      return count_words(inputs);
    };
  }

  ClientBench bench;
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
};

TEST_F(Search, LocalAnswersAndNobodyElseIsAskedWhileAllIsWell) {
  bench.cloud_script = one_memory;
  Client client = bench.open();
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
  EXPECT_FALSE(answer->degraded);
  EXPECT_TRUE(bench.transport->requests().empty());
}

TEST_F(Search, AModelThatCannotBeLoadedIsReplacedByTheCloudAndSaid) {
  bench.cloud_script = one_memory;
  bench.scripted_load.refusal = Error{ErrorCode::kUnavailable, "load: no memory", "wait"};
  Client client = bench.open();
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kCloud);
  EXPECT_TRUE(answer->degraded);
  EXPECT_EQ(answer->reason, "load: no memory");
  ASSERT_EQ(answer->hits.size(), 1u);
  EXPECT_EQ(answer->hits[0].memory.id, "c1");
  EXPECT_DOUBLE_EQ(answer->hits[0].score, 0.75);
  EXPECT_EQ(answer->actions, std::vector<std::string>{"asked the Papr API (1 attempt)"});
}

TEST_F(Search, ALoadThatHangsIsLeftToTheCloudAndServesTheNextSearch) {
  bench.cloud_script = one_memory;
  hold_loads();
  ClientParts parts = bench.parts();
  parts.hedge_after = 20ms;
  Client client = make_client(std::move(parts));
  const auto first = client.search("tea");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->answered_by, AnsweredBy::kCloud);
  EXPECT_NE(first->reason.find("still loading"), std::string::npos) << first->reason;
  gate->open();
  ASSERT_TRUE(client.wait_until_idle(1min));
  const auto second = client.search("tea");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->answered_by, AnsweredBy::kLocal);
  EXPECT_FALSE(second->degraded);
}

TEST_F(Search, WithNobodyElseToAskTheDeadlineIsKeptAndSaysHowFarItWas) {
  hold_loads();
  Client client = bench.open();
  const auto start = std::chrono::steady_clock::now();
  const auto answer = client.search("tea", {.deadline = 100ms});
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
  EXPECT_NE(answer.error().message.find("still loading"), std::string::npos);
  EXPECT_NE(answer.error().remedy, "");
  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 150ms);
}

TEST_F(Search, ALateAnswerIsHedgedAndTheFirstGoodOneWins) {
  bench.cloud_script = one_memory;
  ClientParts parts = bench.parts();
  parts.hedge_after = 20ms;
  hold_model();
  Client client = make_client(std::move(parts));
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kCloud);
  EXPECT_NE(answer->reason.find("late"), std::string::npos) << answer->reason;
  EXPECT_EQ(bench.events.names(),
            (std::vector<std::string>{"fallback", "hedge_won", "search_finished"}));
}

TEST_F(Search, ALocalAnswerThatComesFirstCancelsTheCloud) {
  auto cancelled = std::make_shared<std::promise<void>>();
  bench.cloud_script = [cancelled, this](const HttpRequest&,
                                         const CancelToken& cancel) -> Result<HttpResponse> {
    gate->open();  // Local goes on as soon as the cloud is asked.
    while (!cancel.cancelled()) std::this_thread::yield();
    cancelled->set_value();
    return fail(ErrorCode::kUnavailable, "cancelled");
  };
  ClientParts parts = bench.parts();
  parts.hedge_after = 20ms;
  hold_model();
  Client client = make_client(std::move(parts));
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
  EXPECT_FALSE(answer->degraded);
  cancelled->get_future().wait();
}

TEST_F(Search, AShortDeadlineLeavesTimeForTheCloud) {
  bench.cloud_script = one_memory;
  hold_loads();
  Client client = bench.open();  // it would ask the cloud after 400 ms
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.search("tea", {.deadline = 200ms});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->answered_by, AnsweredBy::kCloud);
  }
}

TEST_F(Search, WhenBothSidesFailTheErrorNamesBoth) {
  bench.cloud_script = refused;
  bench.scripted_load.refusal = Error{ErrorCode::kCorrupt, "load: bad program image", "fetch it"};
  Client client = bench.open();
  const auto answer = client.search("tea");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(answer.error().message.find("bad program image"), std::string::npos);
  EXPECT_NE(answer.error().message.find("401"), std::string::npos) << answer.error().message;
  EXPECT_EQ(answer.error().remedy, "fetch it");
}

TEST_F(Search, AnApiThatGaveUpInTimeIsATimeoutWhateverFailedHere) {
  bench.cloud_script = [](const HttpRequest&, const CancelToken&) -> Result<HttpResponse> {
    return fail(ErrorCode::kTimeout, "no whole answer in time");
  };
  bench.scripted_load.refusal = Error{ErrorCode::kUnavailable, "load: no memory", {}};
  Client client = bench.open();
  const auto answer = client.search("tea", {.deadline = 300ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
}

TEST_F(Search, WhatOnlyTheCloudHasIsAskedForThere) {
  bench.cloud_script = one_memory;
  Client client = bench.open();
  const auto answer = client.search("tea", {.filter = {.user_id = "somebody else"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answered_by, AnsweredBy::kCloud);
  EXPECT_EQ(answer->reason, "no local memory matches");
  EXPECT_NE(bench.transport->requests().front().body.find("somebody else"), std::string::npos);
}

TEST_F(Search, NothingFoundHereAndNoAnswerThereIsAnEmptyDegradedAnswer) {
  bench.cloud_script = refused;
  Client client = bench.open();
  const auto answer = client.search("tea", {.filter = {.user_id = "somebody else"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->hits.empty());
  EXPECT_TRUE(answer->degraded);
}

TEST_F(Search, NothingFoundHereAndALateApiIsAnEmptyDegradedAnswerToo) {
  bench.cloud_script = [](const HttpRequest&, const CancelToken& cancel) -> Result<HttpResponse> {
    while (!cancel.cancelled()) std::this_thread::yield();
    return fail(ErrorCode::kUnavailable, "cancelled");
  };
  Client client = bench.open();
  const auto answer =
      client.search("tea", {.filter = {.user_id = "somebody else"}, .deadline = 50ms});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->hits.empty());
  EXPECT_EQ(answer->reason, "no local memory matches, and the API has not answered");
  ASSERT_TRUE(client.wait_until_idle(1min));
}

TEST_F(Search, WhatTheUserForbidsIsNotAskedEvenWhenLocalFails) {
  bench.cloud_script = one_memory;
  bench.scripted_load.refusal = Error{ErrorCode::kUnavailable, "load: no", ""};
  ClientParts parts = bench.parts();
  parts.cloud_use = CloudUse::kNever;
  Client never = make_client(std::move(parts));
  EXPECT_FALSE(never.search("tea"));
  EXPECT_FALSE(never.search("tea", {.route = Route::kCloud}));
  Client client = bench.open();
  EXPECT_FALSE(client.search("tea", {.route = Route::kLocal}));
  EXPECT_TRUE(bench.transport->requests().empty());
}

TEST_F(Search, TheCloudOnlyIsNoDegradedAnswerAndLoadsNoModel) {
  bench.cloud_script = one_memory;
  std::atomic<int> loads = 0;
  bench.before_load = [&loads] { ++loads; };
  ClientParts parts = bench.parts();
  parts.cloud_use = CloudUse::kOnly;
  Client only = make_client(std::move(parts));
  Client client = bench.open();
  for (const auto& answer : {only.search("tea"), client.search("tea", {.route = Route::kCloud})}) {
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->answered_by, AnsweredBy::kCloud);
    EXPECT_FALSE(answer->degraded);
  }
  EXPECT_EQ(loads, 0);
}

TEST_F(Search, TheCloudWithoutAKeyIsRefusedWithARemedy) {
  Client client = bench.open();
  const auto answer = client.search("tea", {.route = Route::kCloud});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(answer.error().remedy.find("PAPR_MEMORY_API_KEY"), std::string::npos);
}

TEST_F(Search, ManyFirstSearchesLoadTheModelOnce) {
  bench.cloud_script = one_memory;
  std::atomic<int> loads = 0;
  bench.before_load = [&loads] { ++loads; };
  Client client = bench.open();
  std::vector<std::thread> threads;
  std::atomic<int> local = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto answer = client.search("tea", {.deadline = 1min});
      local += answer && answer->answered_by == AnsweredBy::kLocal ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(local, 8);
}

TEST_F(Search, AClientThatIsGoneIsSilentThoughItsLoadGoesOn) {
  std::shared_ptr<DetachableSink> sink;
  bench.before_load = [&sink, wait = gate->wait()] {
    wait();
    sink->on_event({.name = "load_finished", .fields = {}});
  };
  {
    ClientParts parts = bench.parts();
    sink = parts.events;
    Client client = make_client(std::move(parts));
    ASSERT_FALSE(client.search("tea", {.deadline = 10ms}));
  }
  const auto before = bench.events.names();
  gate->open();
  while (bench.loads_running > 0) std::this_thread::yield();
  EXPECT_EQ(bench.events.names(), before);
}

TEST_F(Search, AModelThatHasBecomeSlowIsLeftAloneUntilAProbeIsDue) {
  bench.cloud_script = one_memory;
  struct SteppedClock final : Clock {
    SteadyTime steady_now() const noexcept override { return SteadyTime(now.load()); }
    WallTime wall_now() const noexcept override { return {}; }
    std::atomic<SteadyTime::duration> now{1h};
  };
  const auto clock = std::make_shared<SteppedClock>();
  bench.clock = clock;
  std::atomic<std::chrono::milliseconds> takes{200ms};
  bench.model_script = [&](std::span<const TensorView> inputs) {
    clock->now = clock->now.load() + takes.load();
    return count_words(inputs);
  };
  Client client = bench.open();
  for (int i = 0; i < 3; ++i) {
    const auto slow = client.search("tea");
    ASSERT_TRUE(slow && slow->answered_by == AnsweredBy::kLocal);
  }
  const auto elsewhere = client.search("tea");
  ASSERT_TRUE(elsewhere) << elsewhere.error().message;
  EXPECT_EQ(elsewhere->answered_by, AnsweredBy::kCloud);
  EXPECT_NE(elsewhere->reason.find("slower than its budget"), std::string::npos);

  clock->now = clock->now.load() + 5s;
  takes = 10ms;
  const auto probe = client.search("tea");  // which the cloud may win
  ASSERT_TRUE(probe) << probe.error().message;
  if (probe->answered_by == AnsweredBy::kCloud) {
    EXPECT_NE(probe->reason.find("tried again"), std::string::npos) << probe->reason;
  }
  ASSERT_TRUE(client.wait_until_idle(1min));
  const auto again = client.search("tea");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->answered_by, AnsweredBy::kLocal);
  const auto names = bench.events.names();
  EXPECT_EQ(std::ranges::count(names, "breaker_opened"), 1);
  EXPECT_EQ(std::ranges::count(names, "recovered"), 1);
}

TEST_F(Search, AModelThatHasBecomeSlowAnswersAllTheSameWhereTheApiCannot) {
  bench.cloud_script = [](const HttpRequest&, const CancelToken&) -> Result<HttpResponse> {
    return fail(ErrorCode::kUnavailable, "connect: refused");
  };
  bench.scripted_load.latency_budget = 0ms;
  Client client = bench.open();
  for (int i = 0; i < 4; ++i) {
    const auto answer = client.search("tea");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
    EXPECT_EQ(answer->degraded, i == 3) << i;
    EXPECT_EQ(answer->reason.contains("refused"), i == 3) << answer->reason;
  }
}

TEST_F(Search, NeitherQueryNorKeyNorContentIsInAnyEvent) {
  bench.cloud_script = one_memory;
  Client client = bench.open();
  ASSERT_TRUE(client.search("tea"));
  ASSERT_TRUE(client.search("tea", {.route = Route::kCloud}));
  bench.scripted_load.refusal = Error{ErrorCode::kUnavailable, "load: no", ""};
  ASSERT_TRUE(bench.open().search("tea"));
  for (const auto& event : bench.events.seen()) {
    for (const auto& [name, value] : event.fields) {
      for (const char* secret : {"tea", "key-for-test", "from afar"}) {
        EXPECT_EQ(value.find(secret), std::string::npos) << event.name << ' ' << name;
      }
    }
  }
}

}  // namespace
}  // namespace papr
