// SPDX-License-Identifier: Apache-2.0
#include "papr/memory_store.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "../base/temporary_folder.h"
#include "store_for_test.h"

namespace papr {
namespace {

using std::chrono::milliseconds;
using Strings = std::vector<std::string>;

class Store : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    StoreOptions options;
    options.clock = &clock_;
    auto opened = open_store(path_, options);
    ASSERT_TRUE(opened) << opened.error().message;
    store_.emplace(*std::move(opened));
  }
  PutOutcome put(std::vector<EmbeddedMemory> memories, const ModelIdentity& model = kModel) {
    const auto outcome = store_->put(model, memories);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *outcome : PutOutcome{};
  }
  Strings nearest(double degrees, std::size_t limit = 10) {
    const auto hits = store_->nearest(kModel, at_degrees(degrees), limit);
    EXPECT_TRUE(hits) << hits.error().message;
    return hits ? ids_of(*hits) : Strings{"error"};
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "store.db";
  FakeClock clock_;
  std::optional<MemoryStore> store_;
};

TEST_F(Store, KeepsEveryFieldAcrossAReopening) {
  Memory memory = memory_of("id", std::string("a\0b\x01\xF0\x9F\x8D\x8E", 8));
  memory.metadata_json = R"({ "b": 1.50, "a": [] })";
  memory.user_id = "u";
  memory.namespace_id = "n";
  memory.organization_id = "o";
  put({{memory, at_degrees(0)}});
  store_.reset();
  open();
  const auto hits = store_->nearest(kModel, at_degrees(60), 1);
  ASSERT_TRUE(hits) << hits.error().message;
  ASSERT_EQ(hits->size(), 1u);
  const Memory& found = hits->front().memory;
  EXPECT_EQ(found.id, memory.id);
  EXPECT_EQ(found.content, memory.content);
  EXPECT_EQ(found.metadata_json, memory.metadata_json);
  EXPECT_EQ(found.user_id, "u");
  EXPECT_EQ(found.namespace_id, "n");
  EXPECT_EQ(found.organization_id, "o");
  EXPECT_EQ(found.created_at, clock_.now);
  EXPECT_NEAR(hits->front().score, 0.5, 1e-7);
}

TEST_F(Store, AnEmptyStoreHasNothingAndIsNoError) {
  EXPECT_EQ(store_->count(), 0u);
  EXPECT_EQ(nearest(0), Strings{});
  EXPECT_TRUE(store_->list(10)->empty());
  EXPECT_EQ(store_->remove("x"), false);
  EXPECT_EQ(store_->unchanged(kModel, std::vector{memory_of("x")}), std::vector{false});
}

TEST_F(Store, PutCountsWhatItAddedAndWhatItChanged) {
  auto outcome = put({embedded("a"), embedded("b")});
  EXPECT_EQ(outcome.added, 2u);
  EXPECT_EQ(outcome.updated, 0u);
  outcome = put({embedded("a"), embedded("b", 0, "other"), embedded("c")});
  EXPECT_EQ(outcome.added, 1u);
  EXPECT_EQ(outcome.updated, 1u);
  EXPECT_EQ(store_->count(), 3u);
}

TEST_F(Store, AnUpdateKeepsWhenItWasCreated) {
  put({embedded("a"), embedded("same")});
  const auto first = clock_.now;
  clock_.now += milliseconds(5);
  put({embedded("a", 0, "new"), embedded("same")});
  const auto listed = store_->list(10);
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(ids_of(*listed), (Strings{"a", "same"}));
  EXPECT_EQ(listed->at(0).content, "new");
  EXPECT_EQ(listed->at(0).created_at, first);
  EXPECT_EQ(listed->at(0).updated_at, clock_.now);
  EXPECT_EQ(listed->at(1).updated_at, first);
}

TEST_F(Store, AChangedVectorAloneIsAnUpdateThatSearchSees) {
  put({embedded("a", 0), embedded("b", 40)});
  EXPECT_EQ(nearest(0), (Strings{"a", "b"}));
  EXPECT_EQ(put({embedded("a", 90)}).updated, 1u);
  EXPECT_EQ(nearest(0), (Strings{"b", "a"}));
}

TEST_F(Store, TheLastOfTwoEqualIdsInABatchWins) {
  const auto outcome = put({embedded("a", 0, "one"), embedded("a", 0, "two")});
  EXPECT_EQ(outcome.added, 1u);
  EXPECT_EQ(outcome.updated, 1u);
  EXPECT_EQ(store_->list(10)->at(0).content, "two");
  EXPECT_EQ(store_->count(), 1u);
}

TEST_F(Store, SearchSeesEveryOwnChangeAtOnce) {
  put({embedded("b", 10), embedded("c", 20)});
  EXPECT_EQ(nearest(0), (Strings{"b", "c"}));
  put({embedded("a", 0), embedded("d", 30)});
  EXPECT_EQ(nearest(0), (Strings{"a", "b", "c", "d"}));
  EXPECT_EQ(store_->remove("b"), true);
  EXPECT_EQ(store_->remove("b"), false);
  EXPECT_EQ(nearest(0), (Strings{"a", "c", "d"}));
  EXPECT_EQ(nearest(0, 2), (Strings{"a", "c"}));
  EXPECT_EQ(nearest(0, 0), Strings{});
}

TEST_F(Store, ListIsNewestFirstThenByIdAndLimited) {
  put({embedded("b"), embedded("a")});
  clock_.now += milliseconds(1);
  put({embedded("c")});
  EXPECT_EQ(ids_of(*store_->list(10)), (Strings{"c", "a", "b"}));
  EXPECT_EQ(ids_of(*store_->list(2)), (Strings{"c", "a"}));
  EXPECT_EQ(ids_of(*store_->list(0)), Strings{});
  EXPECT_EQ(store_->list(std::numeric_limits<std::size_t>::max())->size(), 3u);
}

TEST_F(Store, UnchangedMeansContentMetadataAndOwner) {
  Memory memory = memory_of("a");
  memory.user_id = "u";
  put({{memory, at_degrees(0)}});
  std::vector<Memory> asked(7, memory);
  asked[1].content = "other";
  asked[2].metadata_json = R"({"a":1})";
  asked[3].user_id = "v";
  asked[4].namespace_id = "n";
  asked[5].organization_id = "o";
  asked[6].id = "b";
  EXPECT_EQ(store_->unchanged(kModel, asked),
            (std::vector{true, false, false, false, false, false, false}));
}

TEST_F(Store, AnotherModelIsRefusedByNameUntilTheStoreIsEmpty) {
  const ModelIdentity other{"ccccccccccccdddd", 2};
  const ModelIdentity longer{kModel.fingerprint, 3};
  put({embedded("a"), embedded("b")});
  for (const auto& error :
       {store_->put(other, std::vector{embedded("c")}).error(), store_->put(other, {}).error(),
        store_->put(longer, std::vector{EmbeddedMemory{memory_of("c"), {1, 0, 0}}}).error(),
        store_->nearest(other, at_degrees(0), 1).error(),
        store_->unchanged(other, std::vector{memory_of("a")}).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kMismatch) << error.message;
    EXPECT_NE(error.message.find("aaaaaaaaaaaa (2 numbers)"), std::string::npos) << error.message;
    EXPECT_NE(error.remedy.find("--store"), std::string::npos);
  }
  EXPECT_NE(store_->nearest(other, at_degrees(0), 1).error().message.find("cccccccccccc (2"),
            std::string::npos);
  EXPECT_EQ(nearest(0), (Strings{"a", "b"}));

  ASSERT_EQ(store_->remove("a"), true);
  ASSERT_EQ(store_->remove("b"), true);
  const ModelIdentity third{"eeeeeeeeeeeeffff", 3};
  put({{memory_of("c"), {0, 0, 1}}}, third);
  const auto hits = store_->nearest(third, std::vector<float>{0, 0, 1}, 1);
  ASSERT_TRUE(hits) << hits.error().message;
  EXPECT_EQ(ids_of(*hits), Strings{"c"});
}

TEST_F(Store, AnEmptyPutDoesNotChooseTheModel) {
  put({}, {"first", 7});
  put({embedded("a")});
  EXPECT_EQ(store_->count(), 1u);
}

TEST_F(Store, OneBadMemoryOfABatchLeavesAllOut) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  std::vector<EmbeddedMemory> bad(17, embedded("bad"));
  bad[0].memory.id = "";
  bad[1].memory.content = "";
  bad[2].memory.metadata_json = "";
  bad[3].memory.metadata_json = "[1]";
  bad[4].memory.metadata_json = R"({"a":)";
  bad[5].memory.metadata_json = "\xEF\xBB\xBF{}";
  bad[6].memory.metadata_json = R"({"a":)" + std::string(3000, '[') + std::string(3000, ']') + "}";
  bad[7].memory.content = "\xC3";
  bad[8].memory.id = "\xFF";
  bad[9].memory.user_id = "\xED\xA0\x80";
  bad[10].vector = {1};
  bad[11].vector = {1, 0, 0};
  bad[12].vector = {nan, 0};
  bad[13].vector = {infinite, 0};
  bad[14].vector = {0, 0};
  bad[15].vector = {1.002F, 0};
  bad[16].vector = {};
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const auto put = store_->put(kModel, std::vector{embedded("good"), bad[i]});
    ASSERT_FALSE(put) << i;
    EXPECT_EQ(put.error().code, ErrorCode::kInvalidArgument) << i << put.error().message;
    // A text is somebody's to mend, a vector is ours.
    EXPECT_EQ(put.error().remedy.empty(), i >= 10) << i;
    EXPECT_EQ(store_->count(), 0u) << i;
  }
}

TEST_F(Store, ABadModelQueryOrFilterIsTheCallersError) {
  put({embedded("a")});
  MemoryFilter wide;
  for (int i = 0; i < 65; ++i) wide.metadata[std::to_string(i)] = "x";
  for (const auto& error :
       {store_->put({"", 2}, {}).error(), store_->put({"a", 0}, {}).error(),
        store_->put({"a", 1'000'000'000}, {}).error(),
        store_->nearest(kModel, std::vector<float>{1}, 1).error(),
        store_->nearest(kModel, std::vector<float>{0, 0}, 1).error(),
        store_->nearest(kModel, at_degrees(0), 1, wide).error(), store_->list(1, wide).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument) << error.message;
  }
}

TEST_F(Store, AFilterThatIsNotUtf8IsRefusedBecauseNothingStoredCouldMatch) {
  put({embedded("a")});
  std::vector<MemoryFilter> filters(5);
  filters[0].user_id = "\xFF";
  filters[1].namespace_id = "\xFF";
  filters[2].organization_id = "\xFF";
  filters[3].metadata["\xFF"] = "x";
  filters[4].metadata["x"] = "\xFF";
  for (const MemoryFilter& filter : filters) {
    for (const auto& error : {store_->nearest(kModel, at_degrees(0), 1, filter).error(),
                              store_->list(1, filter).error(), store_->count(filter).error()}) {
      EXPECT_EQ(error.code, ErrorCode::kInvalidArgument) << error.message;
      EXPECT_NE(error.remedy.find("UTF-8"), std::string::npos) << error.message;
    }
  }
}

TEST_F(Store, ALooseNormDoesNotChangeTheCosine) {
  put({{memory_of("a"), {0.9992F, 0}}, {memory_of("b"), {0, 1.0008F}}});
  const auto hits = store_->nearest(kModel, std::vector<float>{1.0005F, 0}, 2);
  ASSERT_TRUE(hits) << hits.error().message;
  EXPECT_NEAR(hits->at(0).score, 1, 1e-7);
  EXPECT_NEAR(hits->at(1).score, 0, 1e-7);
}

TEST_F(Store, EqualScoresAreInTheOrderOfIdsEvenAtTheLimit) {
  std::vector<EmbeddedMemory> memories;
  for (int i = 99; i >= 10; --i) memories.push_back(embedded("twin-" + std::to_string(i), 5));
  memories.push_back(embedded("best", 0));
  put(memories);
  EXPECT_EQ(nearest(0, 4), (Strings{"best", "twin-10", "twin-11", "twin-12"}));
  EXPECT_EQ(nearest(0, 1000).size(), 91u);
}

TEST_F(Store, AMovedStoreGoesOnWhereItWas) {
  put({embedded("a")});
  MemoryStore moved = std::move(*store_);
  EXPECT_EQ(ids_of(*moved.nearest(kModel, at_degrees(0), 1)), Strings{"a"});
}

}  // namespace
}  // namespace papr
