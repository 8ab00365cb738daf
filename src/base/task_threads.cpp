// SPDX-License-Identifier: Apache-2.0
#include "task_threads.h"

#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace papr {
namespace {

constexpr const char* kVerb = "start a background task: ";

}  // namespace

struct Worker {
  std::thread thread;
  bool busy = true;
};

// Shared with every thread, and so alive for as long as the last of them.
struct TaskThreads::Pool {
  std::mutex mutex;
  std::condition_variable work_or_end;
  std::condition_variable all_returned;
  std::deque<std::function<void()>> tasks;  // not yet taken by an idle thread
  std::list<Worker> workers;
  std::size_t idle = 0;
  std::size_t running = 0;  // taken or still in `tasks`
  const pid_t process = ::getpid();
  bool ended = false;

  static void serve(const std::shared_ptr<Pool>& pool, Worker& self, std::function<void()> task) {
    std::unique_lock lock(pool->mutex, std::defer_lock);
    for (;;) {
      task();
      task = nullptr;  // What it owns must not live on in an idle thread.
      lock.lock();
      if (--pool->running == 0) pool->all_returned.notify_all();
      self.busy = false;
      ++pool->idle;
      pool->work_or_end.wait(lock, [&] { return pool->ended || !pool->tasks.empty(); });
      if (pool->tasks.empty()) return;
      --pool->idle;
      self.busy = true;
      task = std::move(pool->tasks.front());
      pool->tasks.pop_front();
      lock.unlock();
    }
  }
};

TaskThreads::TaskThreads(std::size_t most_threads)
    : pool_(std::make_shared<Pool>()), most_threads_(most_threads) {}

TaskThreads::~TaskThreads() {
  std::vector<std::thread> ending;
  {
    const std::lock_guard lock(pool_->mutex);
    pool_->ended = true;
    for (Worker& worker : pool_->workers) {
      // In a fork of this process there are no such threads to wait for.
      if (worker.busy || !pool_->tasks.empty() || pool_->process != ::getpid()) {
        worker.thread.detach();
      } else {
        ending.push_back(std::move(worker.thread));
      }
    }
    pool_->work_or_end.notify_all();
  }
  // What libraries keep for a thread is freed when it ends, and not after the program has.
  for (std::thread& thread : ending) thread.join();
}

Result<> TaskThreads::run(std::function<void()> task) {
  const std::lock_guard lock(pool_->mutex);
  if (pool_->idle > pool_->tasks.size()) {
    pool_->tasks.push_back(std::move(task));
    ++pool_->running;
    pool_->work_or_end.notify_one();
    return {};
  }
  if (pool_->workers.size() >= most_threads_) {
    return fail(ErrorCode::kUnavailable,
                kVerb + std::to_string(most_threads_) + " are running already");
  }
  Worker& worker = pool_->workers.emplace_back();
  try {
    worker.thread = std::thread(&Pool::serve, pool_, std::ref(worker), std::move(task));
  } catch (const std::system_error& error) {
    pool_->workers.pop_back();
    return fail(ErrorCode::kUnavailable, kVerb + error.code().message());
  }
  ++pool_->running;
  return {};
}

bool TaskThreads::wait_until_idle(std::chrono::milliseconds limit) const {
  std::unique_lock lock(pool_->mutex);
  return pool_->all_returned.wait_for(lock, limit, [this] { return pool_->running == 0; });
}

}  // namespace papr
