// SPDX-License-Identifier: Apache-2.0
// What is in use stays where it is, whoever removes it, and goes with its last user.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <optional>

#include "../../base/joining_thread.h"
#include "../../base/unique_fd.h"
#include "open_store.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

const ModelKey kA = StoreForTest::key('a');

/// A process that holds a model until it is told to let it go, or is killed.
class Holder {
 public:
  Holder(const StoreForTest& test, const ModelKey& key) {
    std::array<int, 2> ready{};
    std::array<int, 2> leave{};
    if (::pipe(ready.data()) != 0 || ::pipe(leave.data()) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(leave[1]);
      hold(test, key, ready[1], leave[0]);
    }
    ::close(ready[1]);
    ::close(leave[0]);
    leave_ = UniqueFd(leave[1]);
    const UniqueFd read_end(ready[0]);
    char answer = 0;
    holds_ = ::read(read_end.get(), &answer, 1) == 1;
  }
  ~Holder() { let_go(); }

  [[nodiscard]] bool holds() const { return holds_; }
  void let_go() {
    leave_.reset();
    wait();
  }
  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }

 private:
  [[noreturn]] static void hold(const StoreForTest& test, const ModelKey& key, int ready,
                                int leave) {
    {
      const auto held = test.store().find(key);
      char none = 0;
      if (!held || ::write(ready, "r", 1) != 1) ::_exit(1);
      static_cast<void>(!::read(leave, &none, 1));  // ends when the test closes it
      if (files_in(held->path()) != model_of("a")) ::_exit(2);
    }
    ::_exit(0);
  }
  void wait() {
    int status = 0;
    if (pid_ > 0) ::waitpid(pid_, &status, 0);
    const bool came_to_its_end = pid_ > 0 && WIFEXITED(status);
    EXPECT_TRUE(!came_to_its_end || WEXITSTATUS(status) == 0);
    pid_ = -1;
  }
  pid_t pid_ = -1;
  UniqueFd leave_;
  bool holds_ = false;
};

TEST(HeldModel, StaysWhenItIsRemovedAndGoesWhenItIsLetGo) {
  const StoreForTest test;
  auto put = test.store().put(kA, filling("a"));
  ASSERT_TRUE(put);
  std::optional<HeldModel> held = std::move(*put);
  ASSERT_TRUE(test.store().remove(kA));
  EXPECT_TRUE(test.misses(kA));
  EXPECT_EQ(files_in(held->path()), model_of("a"));
  const auto models = test.store().usage();
  ASSERT_EQ(models->size(), 1U);
  EXPECT_FALSE(models->front().whole);
  EXPECT_TRUE(models->front().in_use);
  EXPECT_EQ(models->front().bytes, held->bytes());
  held.reset();
  EXPECT_FALSE(fs::exists(test.entry(kA)));
  EXPECT_TRUE(fs::is_empty(test.unfinished()));
}

TEST(HeldModel, TheLastOfSeveralDeletesIt) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  std::optional<HeldModel> first = std::move(*test.store().find(kA));
  std::optional<HeldModel> second = std::move(*test.store().find(kA));
  EXPECT_EQ(test.store().purge(PurgeScope::kAll)->in_use.size(), 1U);
  first.reset();
  EXPECT_EQ(files_in(second->path()), model_of("a"));
  second.reset();
  EXPECT_FALSE(fs::exists(test.entry(kA)));
}

TEST(HeldModel, APurgeSaysOfEachModelWhatBecameOfIt) {
  const StoreForTest test;
  const ModelKey used = StoreForTest::key('b');
  const ModelKey made = StoreForTest::key('c');
  ASSERT_TRUE(test.put(kA, "a"));
  ASSERT_TRUE(test.put(used, "b"));
  ASSERT_TRUE(test.put(made, "c"));
  const auto held = test.store().find(used);
  const auto lock = LockFile::try_take(*look_at_store(test.options()), made.name() + kLockEnding);
  const auto report = test.store().purge(PurgeScope::kAll);
  ASSERT_TRUE(report && lock && *lock && held);
  const auto keys = [](const std::vector<StoredModel>& models) {
    std::vector<ModelKey> all;
    for (const StoredModel& model : models) all.push_back(model.key);
    return all;
  };
  EXPECT_EQ(keys(report->removed), std::vector{kA});
  EXPECT_EQ(report->removed[0].bytes, 5009U);
  EXPECT_EQ(keys(report->in_use), std::vector{used});
  EXPECT_EQ(keys(report->busy), std::vector{made});
  EXPECT_TRUE(report->failed.empty());
}

TEST(HeldModel, OfAnotherProcessStaysThroughEverything) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  Holder holder(test, kA);
  ASSERT_TRUE(holder.holds());
  test.options().limit_bytes = 1;
  ASSERT_TRUE(test.put(StoreForTest::key('b'), "b"));  // would evict it
  ASSERT_TRUE(test.put(StoreForTest::key('a', 1), "c"));
  EXPECT_TRUE(test.store().purge(PurgeScope::kLeftovers));
  EXPECT_TRUE(test.finds(kA, "a"));
  ASSERT_TRUE(test.store().remove(kA));
  EXPECT_TRUE(test.store().purge(PurgeScope::kAll));
  EXPECT_TRUE(test.misses(kA));
  EXPECT_EQ(files_in(test.content(kA)), model_of("a"));
  holder.let_go();  // it looks once more, then deletes it
  EXPECT_FALSE(fs::exists(test.entry(kA)));
}

TEST(HeldModel, OfAKilledProcessGoesWithTheNextPurge) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  Holder holder(test, kA);
  ASSERT_TRUE(holder.holds());
  ASSERT_TRUE(test.store().remove(kA));
  holder.kill();
  const auto models = test.store().usage();  // a listing only looks
  ASSERT_EQ(models->size(), 1U);
  EXPECT_FALSE(models->front().whole || models->front().in_use);
  EXPECT_TRUE(fs::exists(test.entry(kA)));
  EXPECT_TRUE(test.store().purge(PurgeScope::kLeftovers));
  EXPECT_FALSE(fs::exists(test.entry(kA)));
}

TEST(HeldModel, ARemovedKeyThatIsInUseIsPutUnderTheNextGenerationOnly) {
  const StoreForTest test;
  auto held = test.store().put(kA, filling("a"));
  ASSERT_TRUE(held);
  ASSERT_TRUE(test.store().remove(kA));
  const auto again = test.store().put(kA, filling("b"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(again.error().remedy.find("next generation"), std::string::npos);
  EXPECT_EQ(files_in(held->path()), model_of("a"));
  EXPECT_TRUE(test.put(StoreForTest::key('a', 1), "b"));
}

TEST(HeldModel, WhoeverOnlyLooksIsNotTakenForAUser) {
  const StoreForTest test;
  std::atomic<bool> done = false;
  std::vector<JoiningThread> lookers;
  for (int i = 0; i < 3; ++i) {
    lookers.emplace_back([&] {
      while (!done) {
        const auto models = test.store().usage();
        if (!models) ADD_FAILURE() << models.error().message;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(test.put(kA, "a")) << "round " << i;
    EXPECT_TRUE(test.store().remove(kA));
    EXPECT_FALSE(fs::exists(test.entry(kA))) << "round " << i;
  }
  done = true;
}

TEST(HeldModel, TakesTheNewModelWithItWhenItIsMoved) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  ASSERT_TRUE(test.put(StoreForTest::key('b'), "b"));
  auto held = *test.store().find(kA);
  held = *test.store().find(StoreForTest::key('b'));
  EXPECT_EQ(files_in(held.path()), model_of("b"));
  ASSERT_TRUE(test.store().remove(kA));
  EXPECT_FALSE(fs::exists(test.entry(kA)));  // nobody holds it any more
  ASSERT_TRUE(test.store().remove(held.key()));
  EXPECT_TRUE(fs::exists(held.path()));
}

}  // namespace
}  // namespace papr
