// SPDX-License-Identifier: Apache-2.0
// One store, several threads, connections and processes.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "../base/joining_thread.h"
#include "../base/temporary_folder.h"
#include "child_process_for_test.h"
#include "papr/memory_store.h"
#include "sqlite.h"
#include "store_writer_for_test.h"

namespace papr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Strings = std::vector<std::string>;

class Sharing : public ::testing::Test {
 protected:
  MemoryStore open() {
    StoreOptions options;
    options.busy_wait = milliseconds(30);
    auto store = open_store(path_, options);
    EXPECT_TRUE(store) << store.error().message;
    return *std::move(store);
  }
  static Strings nearest(const MemoryStore& store, std::size_t limit = 10) {
    const auto hits = store.nearest(kModel, at_degrees(0), limit);
    EXPECT_TRUE(hits) << hits.error().message;
    return hits ? ids_of(*hits) : Strings{"error"};
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "store.db";
};

TEST_F(Sharing, EveryCommitOfAnotherConnectionIsSeenByTheNextSearch) {
  auto one = open();
  auto other = open();
  ASSERT_TRUE(one.put(kModel, std::vector{embedded("a", 10), embedded("b", 20)}));
  EXPECT_EQ(nearest(other), (Strings{"a", "b"}));
  ASSERT_TRUE(other.put(kModel, std::vector{embedded("c", 0)}));
  EXPECT_EQ(nearest(one), (Strings{"c", "a", "b"}));
  ASSERT_EQ(one.remove("a"), true);
  EXPECT_EQ(nearest(other), (Strings{"c", "b"}));
  ASSERT_TRUE(other.put(kModel, std::vector{embedded("b", 1), embedded("c", 90)}));
  EXPECT_EQ(nearest(one), (Strings{"b", "c"}));
}

// Own changes applied to vectors that lack another's would give a wrong search for ever.
TEST_F(Sharing, OwnChangesAfterAnothersAreNotAppliedToAnOldState) {
  auto one = open();
  auto other = open();
  ASSERT_TRUE(one.put(kModel, std::vector{embedded("a", 10), embedded("b", 20)}));
  EXPECT_EQ(nearest(one).size(), 2u);
  ASSERT_EQ(other.remove("a"), true);
  ASSERT_TRUE(other.put(kModel, std::vector{embedded("d", 5)}));
  ASSERT_TRUE(one.put(kModel, std::vector{embedded("c", 0)}));
  EXPECT_EQ(nearest(one), (Strings{"c", "d", "b"}));
  ASSERT_TRUE(other.put(kModel, std::vector{embedded("e", 1)}));
  ASSERT_EQ(one.remove("c"), true);
  EXPECT_EQ(nearest(one), (Strings{"e", "d", "b"}));
}

TEST_F(Sharing, AStoreEmptiedAndTakenByAnotherModelIsSeenAsThat) {
  auto one = open();
  auto other = open();
  ASSERT_TRUE(one.put(kModel, std::vector{embedded("a")}));
  EXPECT_EQ(nearest(one).size(), 1u);
  ASSERT_EQ(other.remove("a"), true);
  EXPECT_EQ(nearest(one).size(), 0u);
  const ModelIdentity wide{"wide", 3};
  ASSERT_TRUE(other.put(wide, std::vector{EmbeddedMemory{memory_of("w"), {0, 0, 1}}}));
  EXPECT_EQ(one.nearest(kModel, at_degrees(0), 1).error().code, ErrorCode::kMismatch);
  const auto hits = one.nearest(wide, std::vector<float>{0, 0, 1}, 1);
  ASSERT_TRUE(hits) << hits.error().message;
  EXPECT_EQ(ids_of(*hits), Strings{"w"});
}

TEST_F(Sharing, TheCommitOfAnotherProcessIsSeenByTheNextSearch) {
  auto store = open();
  EXPECT_EQ(store.count(), 0u);
  ChildProcess child({PAPR_STORE_WRITER, path_, "20", "2"});
  std::size_t done = 0;
  while (const auto line = child.read_line()) {
    if (!line->starts_with("done")) continue;
    done += 20;
    const auto [memory, vector] = writer_row(done - 1);
    const auto hits = store.nearest(kWriterModel, vector, 1);
    ASSERT_TRUE(hits) << hits.error().message;
    EXPECT_EQ(ids_of(*hits), Strings{memory.id});
  }
  EXPECT_EQ(done, 40u);
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Sharing, AWriteLockHeldElsewhereFailsPutInBoundedTimeAndNotSearch) {
  auto store = open();
  ASSERT_TRUE(store.put(kModel, std::vector{embedded("a")}));
  const auto holder = Database::open(path_, milliseconds(0));
  ASSERT_TRUE(holder && holder->run("BEGIN EXCLUSIVE"));
  const auto start = steady_clock::now();
  const auto put = store.put(kModel, std::vector{embedded("b")});
  const auto removed = store.remove("a");
  EXPECT_LT(steady_clock::now() - start, milliseconds(4000));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(put.error().remedy.find("another process"), std::string::npos);
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(nearest(store), Strings{"a"});
  ASSERT_TRUE(holder->run("ROLLBACK"));
  EXPECT_TRUE(store.put(kModel, std::vector{embedded("b")}));
  EXPECT_EQ(nearest(store), (Strings{"a", "b"}));
}

TEST_F(Sharing, AStoreHeldForOneProcessAloneFailsOpenInBoundedTime) {
  {
    open();
  }
  const auto holder = Database::open(path_, milliseconds(0));
  ASSERT_TRUE(holder && holder->run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;"
                                    "CREATE TABLE held (a)"));
  StoreOptions options;
  options.busy_wait = milliseconds(30);
  const auto start = steady_clock::now();
  const auto store = open_store(path_, options);
  EXPECT_LT(steady_clock::now() - start, milliseconds(4000));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(store.error().remedy.empty());
}

TEST_F(Sharing, ThreadsMaySearchOneObjectWhileAnotherWrites) {
  auto store = open();
  ASSERT_TRUE(store.put(kModel, std::vector{embedded("fixed", 0)}));
  std::atomic<bool> done{false};
  std::atomic<int> searches{0};
  const auto search = [&] {
    while (!done || searches < 10) {
      const auto hits = store.nearest(kModel, at_degrees(0), 3);
      ASSERT_TRUE(hits) << hits.error().message;
      ASSERT_FALSE(hits->empty());
      EXPECT_EQ(hits->front().memory.id, "fixed");
      ++searches;
    }
  };
  JoiningThread one(search);
  JoiningThread two(search);
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(store.put(kModel, std::vector{embedded("m" + std::to_string(i), 10 + i)}));
    if (i % 3 == 0) {
      ASSERT_EQ(store.remove("m" + std::to_string(i)), true);
    }
  }
  done = true;
  one.join();
  two.join();
  EXPECT_EQ(store.count(), 41u);
}

TEST_F(Sharing, ARowThatAnotherConnectionReplacesMeanwhileIsOldOrNewButNeverMixed) {
  auto reader = open();
  auto writer = MemoryStore::open(path_);
  ASSERT_TRUE(writer) << writer.error().message;
  // The content names the angle, so a text with the vector of another is seen.
  const auto row = [](int id, int degrees) {
    return embedded("m" + std::to_string(id), degrees, std::to_string(degrees));
  };
  ASSERT_TRUE(writer->put(kModel, std::vector{row(0, 10), row(1, 20), row(2, 30)}));
  std::atomic<bool> done{false};
  JoiningThread write([&] {
    for (int i = 0; i < 120; ++i) {
      EXPECT_TRUE(writer->put(kModel, std::vector{row(i % 3, 1 + i % 80)}));
      EXPECT_TRUE(writer->remove("m" + std::to_string((i + 1) % 3)));
    }
    done = true;
  });
  int searches = 0;
  while (!done || searches < 10) {
    const auto hits = reader.nearest(kModel, at_degrees(0), 3);
    ASSERT_TRUE(hits) << hits.error().message;
    for (const Hit& hit : *hits) {
      const double degrees = std::stod(hit.memory.content);
      EXPECT_NEAR(hit.score, std::cos(degrees * 3.14159265358979323846 / 180), 1e-6);
    }
    ++searches;
  }
}

TEST_F(Sharing, AStoreThatWasMovedAwayIsNotWrittenToAnyMore) {
  auto store = open();
  const std::vector first{embedded("a")};
  ASSERT_TRUE(store.put(kModel, first));
  std::filesystem::rename(path_, folder_.path() / "elsewhere.db");
  const std::vector second{embedded("b")};
  const auto put = store.put(kModel, second);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(put.error().remedy, "");
}

}  // namespace
}  // namespace papr
