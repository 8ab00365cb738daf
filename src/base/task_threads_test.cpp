// SPDX-License-Identifier: Apache-2.0
#include "task_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;

// Runs one task to its end and gives the thread that it ran on.
std::thread::id thread_of_a_task(TaskThreads& threads) {
  std::promise<std::thread::id> ran;
  EXPECT_TRUE(threads.run([&ran] { ran.set_value(std::this_thread::get_id()); }));
  return ran.get_future().get();
}

TEST(TaskThreads, AnIdleThreadIsTakenAgain) {
  TaskThreads threads;
  std::set<std::thread::id> seen;
  for (int i = 0; i < 20; ++i) {
    seen.insert(thread_of_a_task(threads));
    ASSERT_TRUE(threads.wait_until_idle(1min));
  }
  EXPECT_EQ(seen.size(), 1u);
}

TEST(TaskThreads, ATaskThatHangsHoldsUpNoOther) {
  TaskThreads threads;
  std::promise<void> release;
  auto released = release.get_future().share();
  ASSERT_TRUE(threads.run([released] { released.wait(); }));
  EXPECT_NE(thread_of_a_task(threads), std::this_thread::get_id());
  EXPECT_FALSE(threads.wait_until_idle(0ms));
  release.set_value();
  ASSERT_TRUE(threads.wait_until_idle(1min));
}

TEST(TaskThreads, MoreThanTheMostIsRefused) {
  TaskThreads threads(2);
  std::promise<void> release;
  auto released = release.get_future().share();
  ASSERT_TRUE(threads.run([released] { released.wait(); }));
  ASSERT_TRUE(threads.run([released] { released.wait(); }));
  const auto refused = threads.run([] {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  release.set_value();
}

TEST(TaskThreads, DestroyingThemDoesNotWaitForATaskThatHangs) {
  std::promise<void> release;
  std::promise<void> done;
  {
    TaskThreads threads;
    ASSERT_TRUE(threads.run([released = release.get_future().share(), &done] {
      released.wait();
      done.set_value();
    }));
  }
  release.set_value();
  done.get_future().wait();
}

TEST(TaskThreads, WhatALibraryKeepsForAnIdleThreadIsFreedWhenTheyAreDestroyed) {
  struct Kept {
    ~Kept() { freed->store(true); }
    std::atomic<bool>* freed;
  };
  std::atomic<bool> freed = false;
  {
    TaskThreads threads;
    ASSERT_TRUE(threads.run([&freed] { const thread_local Kept kept{&freed}; }));
    ASSERT_TRUE(threads.wait_until_idle(1min));
    EXPECT_FALSE(freed);
  }
  EXPECT_TRUE(freed);
}

TEST(TaskThreads, WhatATaskOwnsGoesWithIt) {
  TaskThreads threads;
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = owned;
  ASSERT_TRUE(threads.run([owned = std::move(owned)] {}));
  ASSERT_TRUE(threads.wait_until_idle(1min));
  EXPECT_TRUE(seen.expired());
}

TEST(TaskThreads, ManyTasksFromManyThreadsAllRun) {
  TaskThreads threads(64);
  std::atomic<int> ran = 0;
  {
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
      callers.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          while (!threads.run([&ran] { ++ran; })) std::this_thread::yield();
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  ASSERT_TRUE(threads.wait_until_idle(1min));
  EXPECT_EQ(ran, 800);
}

}  // namespace
}  // namespace papr
