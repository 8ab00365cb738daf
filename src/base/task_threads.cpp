// SPDX-License-Identifier: Apache-2.0
#include "task_threads.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace papr {
namespace {

constexpr const char* kVerb = "start a background task: ";

}  // namespace

// Shared with every thread, and so alive for as long as the last of them.
struct TaskThreads::Pool {
  std::mutex mutex;
  std::condition_variable work_or_end;
  std::condition_variable all_returned;
  std::deque<std::function<void()>> tasks;  // not yet taken by an idle thread
  std::size_t idle = 0;
  std::size_t threads = 0;
  std::size_t running = 0;  // taken or still in `tasks`
  bool ended = false;

  static void serve(const std::shared_ptr<Pool>& pool, std::function<void()> task) {
    std::unique_lock lock(pool->mutex, std::defer_lock);
    for (;;) {
      task();
      task = nullptr;  // What it owns must not live on in an idle thread.
      lock.lock();
      if (--pool->running == 0) pool->all_returned.notify_all();
      ++pool->idle;
      pool->work_or_end.wait(lock, [&] { return pool->ended || !pool->tasks.empty(); });
      --pool->idle;
      if (pool->tasks.empty()) break;
      task = std::move(pool->tasks.front());
      pool->tasks.pop_front();
      lock.unlock();
    }
    --pool->threads;
  }
};

TaskThreads::TaskThreads(std::size_t most_threads)
    : pool_(std::make_shared<Pool>()), most_threads_(most_threads) {}

TaskThreads::~TaskThreads() {
  const std::lock_guard lock(pool_->mutex);
  pool_->ended = true;
  pool_->work_or_end.notify_all();
}

Result<> TaskThreads::run(std::function<void()> task) {
  const std::lock_guard lock(pool_->mutex);
  if (pool_->idle > pool_->tasks.size()) {
    pool_->tasks.push_back(std::move(task));
    ++pool_->running;
    pool_->work_or_end.notify_one();
    return {};
  }
  if (pool_->threads >= most_threads_) {
    return fail(ErrorCode::kUnavailable,
                kVerb + std::to_string(most_threads_) + " are running already");
  }
  try {
    std::thread(&Pool::serve, pool_, std::move(task)).detach();
  } catch (const std::system_error& error) {
    return fail(ErrorCode::kUnavailable, kVerb + error.code().message());
  }
  ++pool_->threads;
  ++pool_->running;
  return {};
}

bool TaskThreads::wait_until_idle(std::chrono::milliseconds limit) const {
  std::unique_lock lock(pool_->mutex);
  return pool_->all_returned.wait_for(lock, limit, [this] { return pool_->running == 0; });
}

}  // namespace papr
