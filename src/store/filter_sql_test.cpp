// SPDX-License-Identifier: Apache-2.0
#include "filter_sql.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "../base/temporary_folder.h"
#include "store_for_test.h"

namespace papr {
namespace {

using Strings = std::vector<std::string>;

/// A store with one memory for each metadata, named by its index.
class MetadataFilter : public ::testing::Test {
 protected:
  void fill(const Strings& metadata) {
    std::vector<EmbeddedMemory> memories;
    for (std::size_t i = 0; i < metadata.size(); ++i) {
      memories.push_back(embedded(std::to_string(i)));
      memories.back().memory.metadata_json = metadata[i];
    }
    const auto put = store_->put(kModel, memories);
    ASSERT_TRUE(put) << put.error().message;
  }
  // By search, list and count, which must agree.
  Strings matching(const std::string& key, const std::string& value) {
    MemoryFilter filter;
    filter.metadata[key] = value;
    const auto hits = store_->nearest(kModel, at_degrees(0), 100, filter);
    EXPECT_TRUE(hits) << hits.error().message;
    const auto listed = store_->list(100, filter);
    EXPECT_TRUE(listed) << listed.error().message;
    if (!hits || !listed) return {"error"};
    EXPECT_EQ(ids_of(*hits), ids_of(*listed));
    EXPECT_EQ(store_->count(filter), hits->size());
    return ids_of(*hits);
  }

  TemporaryFolder folder_;
  Result<MemoryStore> store_ = MemoryStore::open(folder_.path() / "store.db");
};

TEST_F(MetadataFilter, AStringComparesAsText) {
  fill({R"({"k":"v"})", R"({"k":"V"})", R"({"k":""})", R"({"k":"v "})", R"({"K":"v"})", "{}"});
  EXPECT_EQ(matching("k", "v"), Strings{"0"});
  EXPECT_EQ(matching("k", ""), Strings{"2"});
  EXPECT_EQ(matching("k", "w"), Strings{});
  EXPECT_EQ(matching("", "v"), Strings{});
}

TEST_F(MetadataFilter, ANumberMatchesHoweverItIsSpelled) {
  fill({R"({"k":1.5})", R"({"k":"1.5"})", R"({"k":7})", R"({"k":7.0})", R"({"k":-0.1})",
        R"({"k":9007199254740993})", R"({"k":18446744073709551615})"});
  EXPECT_EQ(matching("k", "1.50"), Strings{"0"});
  EXPECT_EQ(matching("k", "1.5"), (Strings{"0", "1"}));
  EXPECT_EQ(matching("k", "7"), (Strings{"2", "3"}));
  EXPECT_EQ(matching("k", "-1e-1"), Strings{"4"});
  EXPECT_EQ(matching("k", "9007199254740993"), Strings{"5"});
  EXPECT_EQ(matching("k", "9007199254740992"), Strings{});
  EXPECT_EQ(matching("k", "18446744073709551615"), Strings{"6"});
  for (const auto* const text : {" 7", "7 ", "0x7", "07", "+7", "1e999", "NaN"}) {
    EXPECT_EQ(matching("k", text), Strings{}) << text;
  }
}

TEST_F(MetadataFilter, TrueFalseAndNullMatchByName) {
  fill({R"({"k":true})", R"({"k":false})", R"({"k":null})", R"({"k":"true"})", R"({"k":1})",
        R"({"k":0})", "{}"});
  EXPECT_EQ(matching("k", "true"), (Strings{"0", "3"}));
  EXPECT_EQ(matching("k", "false"), Strings{"1"});
  EXPECT_EQ(matching("k", "null"), Strings{"2"});
  EXPECT_EQ(matching("k", "1"), Strings{"4"});
}

TEST_F(MetadataFilter, AnArrayMatchesByOneOfItsMembersAndAnObjectNever) {
  fill({R"({"k":["a","b"]})", R"({"k":[1,true,null]})", R"({"k":[["a"]]})", R"({"k":{"a":"a"}})",
        R"({"k":[]})", R"({"k":[{"a":"a"}]})", R"({"k":"[\"a\"]"})"});
  EXPECT_EQ(matching("k", "a"), Strings{"0"});
  EXPECT_EQ(matching("k", "1"), Strings{"1"});
  EXPECT_EQ(matching("k", "true"), Strings{"1"});
  EXPECT_EQ(matching("k", "null"), Strings{"1"});
  EXPECT_EQ(matching("k", "object"), Strings{});
  EXPECT_EQ(matching("k", R"(["a"])"), Strings{"6"});
}

TEST_F(MetadataFilter, KeysMeanThemselvesAndNoPath) {
  fill({R"({"a.b":"x"})", R"({"a":{"b":"x"}})", R"({"qu\"ote":"x"})", R"({"$":"x"})",
        "{\"\xC3\xA9\":\"x\"}", R"({"\u00e9":"y"})", R"({"it's":"x"})", R"({"[0]":"x"})",
        R"({"":"x"})", R"({"back\\slash":"x"})"});
  EXPECT_EQ(matching("a.b", "x"), Strings{"0"});
  EXPECT_EQ(matching("a", "x"), Strings{});
  EXPECT_EQ(matching("qu\"ote", "x"), Strings{"2"});
  EXPECT_EQ(matching("$", "x"), Strings{"3"});
  EXPECT_EQ(matching("\xC3\xA9", "x"), Strings{"4"});
  EXPECT_EQ(matching("\xC3\xA9", "y"), Strings{"5"});
  EXPECT_EQ(matching("it's", "x"), Strings{"6"});
  EXPECT_EQ(matching("[0]", "x"), Strings{"7"});
  EXPECT_EQ(matching("", "x"), Strings{"8"});
  EXPECT_EQ(matching("back\\slash", "x"), Strings{"9"});
}

TEST_F(MetadataFilter, SqlInAValueOrKeyIsText) {
  const std::string attack = "x' OR 1=1; DROP TABLE memories; --";
  fill({R"({"k":"x"})", R"({"k":"x' OR 1=1; DROP TABLE memories; --"})"});
  EXPECT_EQ(matching("k", attack), Strings{"1"});
  EXPECT_EQ(matching(attack, "x"), Strings{});
  MemoryFilter by_user;
  by_user.user_id = "' OR '1'='1";
  EXPECT_TRUE(store_->list(10, by_user)->empty());
  EXPECT_EQ(store_->count(), 2u);
}

TEST_F(MetadataFilter, SixtyFourKeysMustAllMatch) {
  std::string metadata = "{";
  MemoryFilter filter;
  for (int i = 0; i < 64; ++i) {
    metadata += fmt::format("{}\"k{}\":{}", i == 0 ? "" : ",", i, i);
    filter.metadata[fmt::format("k{}", i)] = std::to_string(i);
  }
  fill({metadata + "}", "{}"});
  const auto found = store_->list(10, filter);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(ids_of(*found), Strings{"0"});
  filter.metadata["k63"] = "no";
  EXPECT_TRUE(store_->list(10, filter)->empty());
}

TEST_F(MetadataFilter, OwnersMatchExactlyAndEmptyMeansOfNobody) {
  std::vector<EmbeddedMemory> memories{embedded("a"), embedded("b"), embedded("c")};
  memories[0].memory.user_id = "u";
  memories[1].memory.user_id = "u";
  memories[1].memory.namespace_id = "n";
  memories[1].memory.organization_id = "o";
  ASSERT_TRUE(store_->put(kModel, memories));
  const auto with = [this](const MemoryFilter& filter) {
    const auto hits = store_->nearest(kModel, at_degrees(0), 10, filter);
    EXPECT_EQ(store_->count(filter), hits ? hits->size() : 0);
    return hits ? ids_of(*hits) : Strings{hits.error().message};
  };
  MemoryFilter filter;
  filter.user_id = "u";
  EXPECT_EQ(with(filter), (Strings{"a", "b"}));
  filter.namespace_id = "n";
  EXPECT_EQ(with(filter), Strings{"b"});
  filter.organization_id = "p";
  EXPECT_EQ(with(filter), Strings{});
  filter = {};
  filter.user_id = "";
  EXPECT_EQ(with(filter), Strings{"c"});
}

}  // namespace
}  // namespace papr
