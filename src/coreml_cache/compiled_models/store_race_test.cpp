// SPDX-License-Identifier: Apache-2.0
// Several processes with several threads each do everything at once with a few keys.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <random>

#include "../../base/joining_thread.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr int kProcesses = 4;
constexpr unsigned kThreads = 2;
constexpr auto kTime = std::chrono::milliseconds(1500);
constexpr std::array kLetters = {'a', 'b', 'c'};

/// Which model this is, if it is one that some put wrote, whole; empty for anything else.
std::string text_in(const HeldModel& held) {
  const auto text = bytes_in(held.path() / "model.mlmodelc/metadata.json");
  const bool sound = !text.empty() && text[0] == held.key().parts().content_hash[0] &&
                     files_in(held.path()) == model_of(text);
  return sound ? text : std::string();
}

/// One thread's part: what it is told at random, until the time is over. Gives what went wrong.
class Worker {
 public:
  Worker(CompiledModelStoreOptions options, unsigned seed)
      : store_(std::move(options)), random_(seed) {}

  std::string run() {
    const auto end = std::chrono::steady_clock::now() + kTime;
    while (problem_.empty() && std::chrono::steady_clock::now() < end) step();
    if (problem_.empty() && held_ == 0) return "nothing was ever held";
    return problem_;
  }

  std::string run_steps(int steps) {
    while (problem_.empty() && steps-- > 0) step();
    return problem_;
  }

 private:
  void step() {
    const char letter = kLetters[random_() % kLetters.size()];
    const auto key = StoreForTest::key(letter, random_() % 2);
    switch (random_() % 8) {
      case 0:
        return may_be_busy(store_.remove(key));
      case 1:
        return check(store_.purge(random_() % 4 == 0 ? PurgeScope::kAll : PurgeScope::kLeftovers));
      case 2:
        return check(store_.usage());
      case 3:
      case 4:
        return use(store_.find(key));
      default:
        return use(store_.put(key, filling(letter + std::to_string(random_() % 100))));
    }
  }

  void use(const Result<HeldModel>& held) {
    if (!held) return may_be_busy(held);
    ++held_;
    const auto first = text_in(*held);
    if (first.empty()) problem_ = "half a model, or another's: " + held->path().string();
    // The others had their turn meanwhile.
    std::this_thread::yield();
    if (text_in(*held) != first) problem_ = "it changed while it was held";
  }

  /// Not there, or removed and in use: what a caller has to reckon with.
  template <class T>
  void may_be_busy(const Result<T>& result) {
    if (result || result.error().code == ErrorCode::kNotFound) return;
    const bool busy = result.error().remedy.starts_with("use the next generation") ||
                      result.error().remedy.starts_with("wait until that is done");
    if (!busy) problem_ = result.error().message;
  }

  void check(const Result<PurgeReport>& report) {
    if (!report) problem_ = report.error().message;
    if (report && !report->failed.empty()) problem_ = report->failed[0].error.message;
  }
  void check(const Result<std::vector<StoredModel>>& models) {
    if (!models) problem_ = models.error().message;
  }

  CompiledModelStore store_;
  std::mt19937 random_;
  std::string problem_;
  int held_ = 0;
};

/// The number of threads that had a problem, which goes to standard error.
int work(const CompiledModelStoreOptions& options, unsigned process) {
  std::atomic<int> problems = 0;
  {
    std::vector<JoiningThread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        const std::string problem = Worker(options, process * kThreads + i).run();
        if (problem.empty()) return;
        ++problems;
        std::fprintf(stderr, "process %u: %s\n", process, problem.c_str());
      });
    }
  }
  return problems;
}

TEST(SharedStore, WhatIsFoundIsAlwaysWholeAndStaysSoWhileItIsHeld) {
  StoreForTest test;
  test.options().limit_bytes = 4 * kModelBytes;  // of six keys
  test.options().clock = nullptr;
  std::vector<pid_t> children;
  for (unsigned i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(work(test.options(), i));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  EXPECT_TRUE(test.store().purge(PurgeScope::kLeftovers)->failed.empty());
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
  const auto models = test.store().usage();
  ASSERT_TRUE(models);
  for (const StoredModel& model : *models) EXPECT_TRUE(model.whole);
}

TEST(SharedStore, ProcessesThatAreKilledAnywhereHarmNobody) {
  StoreForTest test;
  test.options().limit_bytes = 4 * kModelBytes;
  test.options().clock = nullptr;
  for (unsigned round = 0; round < 40; ++round) {
    std::array<pid_t, 3> children{};
    for (unsigned i = 0; i < children.size(); ++i) {
      children[i] = ::fork();
      ASSERT_GE(children[i], 0);
      if (children[i] == 0) ::_exit(Worker(test.options(), 3 * round + i).run().empty() ? 0 : 1);
    }
    Worker own(test.options(), round);
    for (const pid_t child : children) {
      EXPECT_EQ(own.run_steps(5), "") << "round " << round;
      ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_TRUE(WIFSIGNALED(status)) << "a child had a problem of its own: " << status;
    }
  }
  EXPECT_TRUE(test.store().purge(PurgeScope::kLeftovers)->failed.empty());
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
  const auto models = test.store().usage();
  ASSERT_TRUE(models);
  for (const StoredModel& model : *models) EXPECT_TRUE(model.whole && !model.in_use);
}

TEST(SharedStore, OneCompilesForAllThreadsThatWant) {
  const StoreForTest test;
  std::atomic<int> compiled = 0;
  std::atomic<int> found = 0;
  const auto fill = [&](const fs::path& folder) {
    ++compiled;
    std::this_thread::yield();
    return filling("a")(folder);
  };
  {
    std::vector<JoiningThread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const auto put = test.store().put(StoreForTest::key('a'), fill);
        if (put && text_in(*put) == "a") ++found;
      });
    }
  }
  EXPECT_EQ(compiled, 1);
  EXPECT_EQ(found, 8);
}

TEST(SharedStore, WhenTheCompilerDiesTheNextInLineCompiles) {
  const StoreForTest test;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto put =
        test.store().put(StoreForTest::key('a'), [](const fs::path& folder) -> Result<> {
          std::ofstream(folder / "half") << "half";
          ::_exit(7);
        });
    ::_exit(put ? 0 : 1);
  }
  EXPECT_TRUE(test.put(StoreForTest::key('a'), "a"));
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(test.finds(StoreForTest::key('a'), "a"));
}

}  // namespace
}  // namespace papr
