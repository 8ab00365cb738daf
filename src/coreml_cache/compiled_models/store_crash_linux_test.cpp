// SPDX-License-Identifier: Apache-2.0
// A process that is killed after any of its system calls leaves each model whole or absent.
#include <gtest/gtest.h>

#include <iostream>
#include <vector>

#include "../../base/crash_points_linux_for_test.h"
#include "../../base/memory_disk_for_test.h"
#include "content_hash.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

const ModelKey kA = StoreForTest::key('a');
const ModelKey kA1 = StoreForTest::key('a', 1);
const ModelKey kB = StoreForTest::key('b');
const ModelKey kC = StoreForTest::key('c');

/// What a process does, and what has to be there whenever that is cut short.
struct Story {
  const char* name;
  std::function<void(StoreForTest&)> prepare;
  std::function<void(const CompiledModelStoreOptions&)> act;
  std::vector<ModelKey> stays = {};       ///< untouched by it
  std::vector<ModelKey> may_change = {};  ///< whole or absent
};

std::string text_of(const ModelKey& key) { return key.name().substr(60); }

void put(StoreForTest& test, const ModelKey& key) {
  ASSERT_TRUE(test.put(key, text_of(key)));
  test.clock().advance(std::chrono::hours(1));
}

void put_a(StoreForTest& test) { put(test, kA); }

void put_b_and_a(StoreForTest& test) {
  put(test, kB);
  put(test, kA);
}

void flip(const fs::path& file) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(2000);
  stream << '!';
}

/// As processes leave it that died while they made and deleted A.
void leave_leftovers(StoreForTest& test) {
  put_b_and_a(test);
  fs::copy(test.entry(kB), test.unfinished() / kA.name(), fs::copy_options::recursive);
  std::ofstream(test.unfinished() / (kA.name() + ".lock"));
  std::ofstream(test.unfinished() / "hashes.new") << "half";
  fs::remove(test.entry(kA) / "manifest");
}

void put_and_let_go(const CompiledModelStoreOptions& options, const ModelKey& key) {
  static_cast<void>(CompiledModelStore(options).put(key, filling(text_of(key))));
}

std::vector<Story> stories() {
  using Options = CompiledModelStoreOptions;
  const auto put_kA = [](const Options& options) { put_and_let_go(options, kA); };
  const auto purge = [](PurgeScope scope) {
    return [scope](const Options& options) {
      static_cast<void>(CompiledModelStore(options).purge(scope));
    };
  };
  return {
      {"put into no store", [](StoreForTest&) {}, put_kA, {}, {kA}},
      {"put beside another", [](StoreForTest& test) { put(test, kB); }, put_kA, {kB}, {kA}},
      {"put that evicts",
       put_b_and_a,
       [](Options options) {
         options.limit_bytes = 2 * 5050;
         put_and_let_go(options, kC);
       },
       {kA},
       {kB, kC}},
      {"put over leftovers", leave_leftovers, put_kA, {kB}, {kA}},
      {"remove",
       put_b_and_a,
       [](const Options& options) { static_cast<void>(CompiledModelStore(options).remove(kA)); },
       {kB},
       {kA}},
      {"remove what is in use, then let it go",
       put_b_and_a,
       [](const Options& options) {
         const auto held = CompiledModelStore(options).find(kA);
         static_cast<void>(CompiledModelStore(options).remove(kA));
       },
       {kB},
       {kA}},
      {"find what is damaged",
       [](StoreForTest& test) {
         put_b_and_a(test);
         flip(test.content(kA) / "model.mlmodelc/weights/weight.bin");
       },
       [](const Options& options) { EXPECT_FALSE(CompiledModelStore(options).find(kA)); },
       {kB},
       {}},
      {"find and remember the hashes",
       put_a,
       [](const Options& options) { static_cast<void>(CompiledModelStore(options).find(kA)); },
       {kA},
       {}},
      {"hash a package",
       [](StoreForTest& test) {
         put_a(test);
         ASSERT_TRUE(filling("p")(test.outside() / "package"));
         test.clock().advance(std::chrono::hours(1));
       },
       [](const Options& options) {
         static_cast<void>(
             content_hash(options.folder.parent_path().parent_path() / "package", options));
       },
       {kA},
       {}},
      {"purge of leftovers and old generations",
       [](StoreForTest& test) {
         put(test, kA1);
         put(test, kC);
         put(test, StoreForTest::key('c', 7));
         leave_leftovers(test);
       },
       purge(PurgeScope::kLeftovers),
       {kA1, kB, StoreForTest::key('c', 7)},
       {kC}},
      {"purge of all", leave_leftovers, purge(PurgeScope::kAll), {}, {kA, kB}},
  };
}

/// Makes `copy` what `prepared` is, times included. Preparing each anew would wait for the disk.
void copy_store(const StoreForTest& prepared, StoreForTest& copy) {
  fs::copy(prepared.outside(), copy.outside(), fs::copy_options::recursive);
  for (const auto& below : fs::recursive_directory_iterator(prepared.outside())) {
    const auto name = below.path().lexically_relative(prepared.outside());
    fs::last_write_time(copy.outside() / name, fs::last_write_time(below.path()));
  }
  copy.clock().advance(std::chrono::hours(24));
}

/// What a reader would take for a model. Looked at before anybody could mend it.
void expect_no_half_model(const StoreForTest& test) {
  const auto entries = test.path() / "entries";
  if (!fs::exists(entries)) return;
  for (const auto& entry : fs::directory_iterator(entries)) {
    if (!fs::exists(entry.path() / "manifest")) continue;
    const auto key = ModelKey::parse(entry.path().filename().string());
    ASSERT_TRUE(key) << entry.path();
    EXPECT_EQ(files_in(entry.path() / "content"), model_of(text_of(*key))) << entry.path();
  }
}

void expect_sound(const Story& story, const StoreForTest& test) {
  for (const ModelKey& key : story.stays) {
    EXPECT_TRUE(test.finds(key, text_of(key))) << key.name();
  }
  for (const ModelKey& key : story.may_change) {
    EXPECT_TRUE(test.misses(key) || test.finds(key, text_of(key))) << key.name();
  }
}

void expect_clean(const StoreForTest& test) {
  const auto report = test.store().purge(PurgeScope::kLeftovers);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->failed.empty()) << report->failed[0].error.message;
  if (!fs::exists(test.path() / "entries")) return;
  EXPECT_TRUE(!fs::exists(test.unfinished()) || fs::is_empty(test.unfinished()));
  for (const auto& entry : fs::directory_iterator(test.path() / "entries")) {
    EXPECT_TRUE(fs::exists(entry.path() / "manifest")) << entry.path();
  }
  for (const auto& below : fs::directory_iterator(test.path())) {
    const auto name = below.path().filename();
    EXPECT_TRUE(name == "entries" || name == "unfinished" || name == "hashes") << name;
  }
}

class CrashedStore : public ::testing::TestWithParam<std::size_t> {
 protected:
  static void TearDownTestSuite() {
    std::cout << "  crash points: all of the store: " << points_ << '\n';
  }

  const MemoryDiskForTest memory_disk_;
  static int points_;
};
int CrashedStore::points_ = 0;

TEST_P(CrashedStore, EveryModelIsWholeOrAbsentAtEveryPointAndTheNextPurgeEndsIt) {
  const Story story = stories()[GetParam()];
  SCOPED_TRACE(story.name);
  StoreForTest prepared;
  EXPECT_TRUE(filling("precious")(prepared.outside() / "precious"));
  story.prepare(prepared);
  std::optional<StoreForTest> test;
  const auto check = [&](int at) {
    SCOPED_TRACE("killed after change " + std::to_string(at));
    if (std::string_view(story.name) != "find what is damaged") expect_no_half_model(*test);
    expect_sound(story, *test);
    expect_clean(*test);
    expect_sound(story, *test);
    EXPECT_EQ(files_in(test->outside() / "precious"), model_of("precious"));
  };
  const auto points = walk_crash_points({
      .name = story.name,
      .prepare = [&] { copy_store(prepared, test.emplace()); },
      .work =
          [&] {
            story.act(test->options());
            return !HasFailure();
          },
      .check = check,
      .go_on = [] { return !HasFailure(); },
  });
  if (!points) GTEST_SKIP() << "this process may not trace its children";
  EXPECT_GT(*points, 3);
  points_ += *points;
}

// A test each, so that none takes long where the disk is slow.
INSTANTIATE_TEST_SUITE_P(Each, CrashedStore, ::testing::Range(std::size_t{0}, stories().size()));

}  // namespace
}  // namespace papr
