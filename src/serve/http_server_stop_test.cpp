// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "../base/gate_for_test.h"
#include "running_server_for_test.h"

namespace papr::serve {
namespace {

using std::chrono::milliseconds;

TEST(HttpServerStop, LetsARunningSearchEndAndSendsItsAnswer) {
  std::latch searching(1), go_on(1);
  const Running running([&](std::string_view query, const SearchOptions& options) {
    searching.count_down();
    go_on.wait();
    return one_hit(query, options);
  });
  auto client = running.connect();
  ASSERT_TRUE(client.send(search()));
  searching.wait();
  std::thread stopping([&] { running.server->stop(); });
  go_on.count_down();
  EXPECT_EQ(status_of(client.read_answer()), 200);
  stopping.join();
  EXPECT_FALSE(running.connect().connected());
}

TEST(HttpServerStop, WaitsForNoIdleClientAndNotLongForASlowOne) {
  HttpLimits limits = patient();
  limits.contended = milliseconds(20);
  const Running running(one_hit, limits);
  auto idle = running.connect();
  auto between = running.connect();
  ASSERT_TRUE(between.send(get()));
  EXPECT_EQ(status_of(between.read_answer()), 200);
  auto slow = running.connect();
  ASSERT_TRUE(slow.send(search_head(100) + "{"));
  running.server->stop();  // hangs for an hour if it waits for one of them
  running.server->stop();
  EXPECT_EQ(between.read_to_end(), "");
  EXPECT_FALSE(idle.read_to_end().contains("timed out"));
}

TEST(HttpServerStop, LeavesASearchBehindThatDoesNotEndAndKeepsWhatItUses) {
  Gate gate;
  std::latch searching(1);
  auto kept = std::make_shared<std::promise<void>>();
  auto over = kept->get_future();
  const std::weak_ptr<std::promise<void>> still_kept = kept;
  HttpLimits limits = patient();
  limits.stop = milliseconds(50);
  Running running(
      [&searching, kept = std::move(kept), wait = gate.wait()](
          std::string_view query, const SearchOptions& options) -> Result<Answer> {
        searching.count_down();
        wait();
        kept->set_value();
        return one_hit(query, options);
      },
      limits);
  auto client = running.connect();
  ASSERT_TRUE(client.send(search()));
  searching.wait();
  EXPECT_FALSE(running.server->stop());
  running.server.reset();
  EXPECT_FALSE(still_kept.expired());
  EXPECT_FALSE(running.connect().connected());
  gate.open();
  over.wait();
}

}  // namespace
}  // namespace papr::serve
