// SPDX-License-Identifier: Apache-2.0
// A model of which anything is missing or different is removed, and is not found.
#include <gtest/gtest.h>

#include "../../base/fake_event_sink.h"
#include "../fake_caches.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

const ModelKey kA = StoreForTest::key('a');
constexpr auto kWeights = "content/model.mlmodelc/weights/weight.bin";

void overwrite(const fs::path& file, std::streamoff at, std::string_view bytes) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(at);
  stream << bytes;
}

struct Damage {
  const char* name;
  std::function<void(const fs::path& entry)> act;
};

const std::vector<Damage>& damages() {
  static const std::vector<Damage> all = {
      {"a byte is another", [](const fs::path& e) { overwrite(e / kWeights, 77, "!"); }},
      {"a file is shorter", [](const fs::path& e) { fs::resize_file(e / kWeights, 4999); }},
      {"a file is empty", [](const fs::path& e) { fs::resize_file(e / kWeights, 0); }},
      {"a file is longer", [](const fs::path& e) { fs::resize_file(e / kWeights, 5001); }},
      {"a file is gone", [](const fs::path& e) { fs::remove(e / kWeights); }},
      {"a file is more",
       [](const fs::path& e) { std::ofstream(e / "content/model.mlmodelc/more") << "m"; }},
      {"a folder is gone", [](const fs::path& e) { fs::remove_all(e / "content/model.mlmodelc"); }},
      {"the content is gone", [](const fs::path& e) { fs::remove_all(e / "content"); }},
      {"the content is a file",
       [](const fs::path& e) {
         fs::remove_all(e / "content");
         std::ofstream(e / "content") << "c";
       }},
      {"the manifest is gone", [](const fs::path& e) { fs::remove(e / "manifest"); }},
      {"the manifest is empty", [](const fs::path& e) { fs::resize_file(e / "manifest", 0); }},
      {"the manifest is half",
       [](const fs::path& e) {
         fs::resize_file(e / "manifest", fs::file_size(e / "manifest") / 2);
       }},
      {"the manifest is another", [](const fs::path& e) { overwrite(e / "manifest", 40, "!"); }},
      {"the manifest is long", [](const fs::path& e) { fs::resize_file(e / "manifest", 9 << 20); }},
      {"the lock is gone", [](const fs::path& e) { fs::remove(e / "use"); }},
  };
  return all;
}

class DamagedModel : public ::testing::TestWithParam<std::size_t> {};

TEST_P(DamagedModel, IsAMissAndIsMadeAnew) {
  const Damage& damage = damages()[GetParam()];
  SCOPED_TRACE(damage.name);
  for (const bool remembered : {false, true}) {
    StoreForTest test;
    ASSERT_TRUE(test.put(kA, "a"));
    if (remembered) test.clock().advance(std::chrono::hours(1));
    EXPECT_TRUE(test.finds(kA, "a"));
    damage.act(test.entry(kA));
    EXPECT_TRUE(test.misses(kA));
    EXPECT_TRUE(test.misses(kA));
    EXPECT_TRUE(test.put(kA, "b"));
    EXPECT_TRUE(test.finds(kA, "b"));
    EXPECT_TRUE(fs::is_empty(test.unfinished()));
  }
}

TEST_P(DamagedModel, GoesWithAPurgeAtTheLatest) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  damages()[GetParam()].act(test.entry(kA));
  EXPECT_TRUE(test.misses(kA));
  EXPECT_TRUE(test.store().purge(PurgeScope::kLeftovers));
  EXPECT_FALSE(fs::exists(test.entry(kA))) << damages()[GetParam()].name;
}

INSTANTIATE_TEST_SUITE_P(Each, DamagedModel, ::testing::Range(std::size_t{0}, damages().size()));

TEST(DamagedModel, OfAnotherKeyIsNotTakenForThis) {
  const StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  fs::rename(test.entry(kA), test.entry(StoreForTest::key('b')));
  EXPECT_TRUE(test.misses(StoreForTest::key('b')));
  EXPECT_FALSE(fs::exists(test.entry(StoreForTest::key('b'))));
}

TEST(DamagedModel, TellsWhatWasWrongWithIt) {
  StoreForTest test;
  FakeEventSink events;
  test.options().events = &events;
  ASSERT_TRUE(test.put(kA, "a"));
  overwrite(test.entry(kA) / kWeights, 77, "!");
  const auto found = test.store().find(kA);
  ASSERT_FALSE(found);
  const std::string what = "\"model.mlmodelc/weights/weight.bin\" has other bytes";
  EXPECT_NE(found.error().message.find(what), std::string::npos) << found.error().message;
  ASSERT_EQ(events.names().back(), "compiled_model_removed");
  EXPECT_EQ(events.seen().back().fields[0].second, what);
}

TEST(DamagedModel, WhatIsInUseStaysForItsUserAlone) {
  const StoreForTest test;
  auto held = test.store().put(kA, filling("a"));
  ASSERT_TRUE(held);
  std::ofstream(held->path() / "more") << "m";
  EXPECT_TRUE(test.misses(kA));
  EXPECT_TRUE(fs::exists(held->path() / "model.mlmodelc/weights/weight.bin"));
}

TEST(UndamagedModel, MayHaveAHiddenFileOrBeCopiedOrTouched) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  test.clock().advance(std::chrono::hours(1));
  EXPECT_TRUE(test.store().find(kA));
  std::ofstream(test.content(kA) / ".DS_Store") << "finder";
  EXPECT_TRUE(test.store().find(kA));
  const auto weights = test.entry(kA) / kWeights;
  fs::last_write_time(weights, fs::last_write_time(weights) - std::chrono::hours(5));
  EXPECT_TRUE(test.store().find(kA));
  fs::copy(weights, test.outside() / "copy");
  fs::rename(test.outside() / "copy", weights);
  EXPECT_TRUE(test.store().find(kA));
}

TEST(UndamagedModel, IsReadOnceAndThenOnlyLookedAt) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  const auto hashes = test.path() / "hashes";
  EXPECT_TRUE(test.finds(kA, "a"));
  EXPECT_FALSE(fs::exists(hashes));  // its files are too new
  test.clock().advance(std::chrono::hours(1));
  EXPECT_TRUE(test.finds(kA, "a"));
  ASSERT_TRUE(fs::exists(hashes));
  const auto old = test.age_hashes();
  EXPECT_TRUE(test.finds(kA, "a"));
  EXPECT_EQ(test.hashes_time(), old);
}

TEST(UndamagedModel, IsReadAgainWhenWhatWasRememberedIsDamaged) {
  StoreForTest test;
  ASSERT_TRUE(test.put(kA, "a"));
  test.clock().advance(std::chrono::hours(1));
  EXPECT_TRUE(test.finds(kA, "a"));
  const auto hashes = test.path() / "hashes";
  const auto written = bytes_in(hashes);
  overwrite(hashes, 20, "0000");
  EXPECT_TRUE(test.finds(kA, "a"));
  EXPECT_EQ(bytes_in(hashes), written);
}

}  // namespace
}  // namespace papr
