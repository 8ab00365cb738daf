// SPDX-License-Identifier: Apache-2.0
// Whatever lies in the store's folder: no byte outside is lost, and nothing foreign is deleted.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "../../base/fake_event_sink.h"
#include "../deep_tree.h"
#include "../unprivileged_for_test.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

const ModelKey kA = StoreForTest::key('a');
const ModelKey kB = StoreForTest::key('b');

class AttackedStore : public ::testing::Test {
 protected:
  AttackedStore() {
    EXPECT_TRUE(filling("precious")(precious()));
    EXPECT_TRUE(test_.put(kB, "b"));
  }
  ~AttackedStore() override {
    EXPECT_EQ(files_in(precious()), model_of("precious"));
    remove_deep_tree(test_.outside());
  }
  [[nodiscard]] fs::path precious() const { return test_.outside() / "precious"; }

  /// All that can be done with a store, reading and remembering among it.
  void try_everything() {
    static_cast<void>(test_.store().put(kB, filling("b")));
    test_.clock().advance(std::chrono::hours(1));
    static_cast<void>(test_.store().find(kB));
    static_cast<void>(test_.store().find(kA));
    static_cast<void>(test_.store().put(kA, filling("a")));
    static_cast<void>(test_.store().usage());
    static_cast<void>(test_.store().remove(kA));
    static_cast<void>(test_.store().purge(PurgeScope::kLeftovers));
    static_cast<void>(test_.store().purge(PurgeScope::kAll));
  }
  void expect_refused(const std::string& why) const {
    for (const bool put : {false, true}) {
      const auto refused = put ? test_.store().put(kA, filling("a")) : test_.store().find(kA);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
      EXPECT_NE(refused.error().message.find(why), std::string::npos) << refused.error().message;
    }
  }

  StoreForTest test_;
};

TEST_F(AttackedStore, AFolderThatIsALinkIsNotFollowed) {
  for (const fs::path& folder : {test_.path(), test_.path() / "entries"}) {
    fs::rename(folder, test_.outside() / "aside");
    fs::create_directory_symlink(precious(), folder);
    expect_refused("a symbolic link");
    try_everything();
    EXPECT_TRUE(fs::is_symlink(folder));
    fs::remove(folder);
    fs::rename(test_.outside() / "aside", folder);
  }
}

TEST_F(AttackedStore, WhatIsUnfinishedIsNotDeletedThroughALink) {
  fs::remove(test_.unfinished());
  fs::create_directory_symlink(precious(), test_.unfinished());
  fs::create_directory(precious() / kA.name());
  try_everything();
  EXPECT_TRUE(fs::exists(precious() / kA.name()));
}

TEST_F(AttackedStore, AnEntryThatIsALinkIsNoModelAndStays) {
  fs::create_directory_symlink(test_.entry(kB), test_.entry(kA));
  expect_refused("a symbolic link");
  try_everything();
  EXPECT_TRUE(fs::is_symlink(test_.entry(kA)));
}

TEST_F(AttackedStore, LinksInPlaceOfFilesAreNeitherReadNorWritten) {
  const auto target = precious() / "model.mlmodelc/metadata.json";
  for (const char* name : {"manifest", "use"}) {
    ASSERT_TRUE(test_.put(kA, "a"));
    fs::remove(test_.entry(kA) / name);
    fs::create_symlink(target, test_.entry(kA) / name);
    EXPECT_TRUE(test_.misses(kA)) << name;
    EXPECT_TRUE(test_.put(kA, "a")) << name;
    EXPECT_TRUE(test_.finds(kA, "a")) << name;
  }
  for (const auto& name : {std::string("hashes.new"), kA.name() + ".lock", kA.name()}) {
    fs::create_symlink(target, test_.unfinished() / name);
    try_everything();
    fs::remove(test_.unfinished() / name);
  }
  fs::remove(test_.path() / "hashes");
  fs::create_symlink(target, test_.path() / "hashes");
  test_.clock().advance(std::chrono::hours(1));
  EXPECT_TRUE(test_.put(kB, "b"));
  test_.clock().advance(std::chrono::hours(1));
  EXPECT_TRUE(test_.finds(kB, "b"));
  EXPECT_FALSE(fs::is_symlink(test_.path() / "hashes"));
}

TEST_F(AttackedStore, LinksInsideAModelGoAndWhatTheyNameStays) {
  ASSERT_TRUE(test_.put(kA, "a"));
  fs::create_directory_symlink(precious(), test_.content(kA) / "folder");
  EXPECT_TRUE(test_.misses(kA));
  EXPECT_FALSE(fs::exists(test_.entry(kA)));
  ASSERT_TRUE(test_.put(kA, "a"));
  const auto weights = test_.content(kA) / "model.mlmodelc/weights/weight.bin";
  fs::remove(weights);
  fs::create_symlink(precious() / "model.mlmodelc/weights/weight.bin", weights);
  EXPECT_TRUE(test_.misses(kA));
  EXPECT_FALSE(fs::exists(test_.entry(kA)));
}

TEST_F(AttackedStore, AHardLinkLosesItsNameInTheStoreOnly) {
  const auto target = precious() / "model.mlmodelc/metadata.json";
  for (const auto& name : {std::string("hashes.new"), kA.name() + ".lock"}) {
    fs::create_hard_link(target, test_.unfinished() / name);
    try_everything();
    EXPECT_EQ(bytes_in(target), "precious");
    fs::remove(test_.unfinished() / name);
  }
  ASSERT_TRUE(test_.put(kA, "a"));
  fs::create_hard_link(target, test_.content(kA) / "more");
  EXPECT_TRUE(test_.misses(kA));
  fs::create_directories(test_.unfinished() / kA.name());
  fs::create_hard_link(target, test_.unfinished() / kA.name() / "more");
  EXPECT_TRUE(test_.store().purge(PurgeScope::kLeftovers)->failed.empty());
  EXPECT_TRUE(fs::is_empty(test_.unfinished()));
}

TEST_F(AttackedStore, AFifoIsNeverWaitedFor) {
  ASSERT_TRUE(test_.put(kA, "a"));
  const std::vector<fs::path> places = {
      test_.content(kA) / "fifo",        test_.entry(kA) / "use",
      test_.entry(kA) / "manifest",      test_.path() / "hashes",
      test_.unfinished() / "hashes.new", test_.unfinished() / (kA.name() + ".lock")};
  for (const fs::path& place : places) {
    SCOPED_TRACE(place);
    fs::remove(place);
    ASSERT_EQ(::mkfifo(place.c_str(), 0600), 0);
    try_everything();
    fs::remove(place);
    ASSERT_TRUE(test_.put(kA, "a"));
  }
}

TEST_F(AttackedStore, NamesThatAreNotOursAreLeftAlone) {
  const std::vector<fs::path> strange = {test_.path() / "notes.txt",
                                         test_.path() / "entries/notes",
                                         test_.path() / "entries" / (kA.name() + ".bak"),
                                         test_.unfinished() / "notes.lock",
                                         test_.unfinished() / (kA.name() + ".lock.lock"),
                                         test_.unfinished() / ".lock",
                                         test_.path() / "entries" / "line\nfeed \xff",
                                         test_.path() / "entries/-24E214-f1-g0"};
  for (const fs::path& folder : strange) {
    fs::create_directories(folder);
    std::ofstream(folder / "file") << "mine";
  }
  try_everything();
  for (const fs::path& folder : strange) EXPECT_EQ(bytes_in(folder / "file"), "mine") << folder;
  EXPECT_TRUE(test_.store().usage()->empty());
}

TEST_F(AttackedStore, ATreeDeeperThanAnyPathIsNoModelAndGoes) {
  ASSERT_TRUE(test_.put(kA, "a"));
  make_deep_tree(test_.content(kA), 1100);
  EXPECT_TRUE(test_.misses(kA));
  EXPECT_FALSE(fs::exists(test_.entry(kA)));
  fs::create_directory(test_.unfinished() / kA.name());
  make_deep_tree(test_.unfinished() / kA.name(), 1100);
  EXPECT_TRUE(test_.store().purge(PurgeScope::kLeftovers)->failed.empty());
  EXPECT_TRUE(fs::is_empty(test_.unfinished()));
}

TEST_F(AttackedStore, FoldersThatMayNotBeWrittenAreDeletedAllTheSame) {
  const int failures = run_unprivileged(test_.outside(), [&] {
    if (!test_.put(kA, "a")) return 1;
    const auto closed = fs::perms::owner_read | fs::perms::owner_exec;
    fs::permissions(test_.content(kA) / "model.mlmodelc", closed);
    fs::permissions(test_.entry(kA), closed);
    if (!test_.finds(kA, "a")) return 2;
    if (!test_.store().remove(kA)) return 3;
    return fs::exists(test_.entry(kA)) ? 4 : 0;
  });
  EXPECT_EQ(failures, 0);
}

TEST_F(AttackedStore, AModelThatCannotBeLookedAtIsAProblemOfItsOwn) {
  const int failures = run_unprivileged(test_.outside(), [&] {
    if (!test_.put(kA, "a")) return 1;
    fs::permissions(test_.entry(kA) / "use", fs::perms::none);
    const auto models = test_.store().usage();
    if (!models || models->size() != 2) return 2;
    if (!models->front().problem || models->back().problem) return 3;
    FakeEventSink events;
    test_.options().events = &events;
    test_.options().limit_bytes = 1;
    if (!test_.put(StoreForTest::key('c'), "c")) return 4;
    if (!test_.misses(kB)) return 5;  // evicted all the same
    const auto told = events.names();
    if (std::ranges::count(told, "compiled_model_not_removed") != 1) return 6;
    const auto report = test_.store().purge(PurgeScope::kAll);
    if (!report || report->failed.size() != 1 || report->failed[0].key != kA) return 7;
    if (report->removed.size() != 1) return 8;
    fs::permissions(test_.entry(kA) / "use", fs::perms::owner_read);
    fs::permissions(test_.entry(kA), fs::perms::none);
    const auto closed = test_.store().usage();
    return closed && closed->size() == 1 && closed->front().problem ? 0 : 9;
  });
  EXPECT_EQ(failures, 0);
  fs::permissions(test_.entry(kA), fs::perms::owner_all);
}

TEST_F(AttackedStore, AStoreThatMayNotBeWrittenIsReadAllTheSame) {
  const int failures = run_unprivileged(test_.outside(), [&] {
    const auto closed = fs::perms::owner_read | fs::perms::owner_exec;
    for (const auto& below : fs::recursive_directory_iterator(test_.path())) {
      if (below.is_directory()) fs::permissions(below.path(), closed);
    }
    fs::permissions(test_.path(), closed);
    if (!test_.finds(kB, "b")) return 1;
    if (!test_.misses(kA)) return 2;
    const auto put = test_.store().put(kA, filling("a"));
    if (put || put.error().code != ErrorCode::kUnavailable) return 3;
    if (put.error().remedy.empty()) return 4;
    if (test_.store().remove(kB)) return 5;
    const auto report = test_.store().purge(PurgeScope::kAll);
    if (!report || report->failed.empty()) return 6;
    return test_.finds(kB, "b") ? 0 : 7;
  });
  EXPECT_EQ(failures, 0);
}

TEST_F(AttackedStore, WhatAnotherUserOwnsIsNeitherTakenNorDeleted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_TRUE(test_.put(kA, "a"));
  give_to(kNobody, test_.entry(kA));
  expect_refused("another user");
  try_everything();
  EXPECT_EQ(files_in(test_.content(kA)), model_of("a"));
  give_to(kNobody, test_.path());
  expect_refused("another user");
}

}  // namespace
}  // namespace papr
