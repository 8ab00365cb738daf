// SPDX-License-Identifier: Apache-2.0
#include "memory_line.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

TEST(ParseMemoryLine, ReadsEveryField) {
  const auto memory = parse_memory_line(
      R"({"id":"a","content":"tea","metadata":{"tag":["x"]},"user_id":"u","namespace_id":"n","organization_id":"o"})");
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_EQ(memory->id, "a");
  EXPECT_EQ(memory->content, "tea");
  EXPECT_EQ(memory->metadata_json, R"({"tag":["x"]})");
  EXPECT_EQ(memory->user_id, "u");
  EXPECT_EQ(memory->namespace_id, "n");
  EXPECT_EQ(memory->organization_id, "o");
}

TEST(ParseMemoryLine, NullCountsAsAbsent) {
  const auto memory = parse_memory_line(R"({"content":"tea","id":null,"metadata":null})");
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_EQ(memory->id, "");
  EXPECT_EQ(memory->metadata_json, "{}");
}

TEST(ParseMemoryLine, WhatCannotBeReadIsRefusedAndSaid) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"", "not JSON"},
      {"{", "not JSON"},
      {R"({"content":"a"} trailing)", "not JSON"},
      {R"({"content":"a","metadata":{"n":1e999}})", "not JSON"},
      {"[1]", "not a JSON object"},
      {R"({})", "content"},
      {R"({"content":" \n"})", "blank"},
      {R"({"content":5})", "\"content\" is number"},
      {R"({"content":"a","id":5})", "\"id\" is number"},
      {R"({"content":"a","metadata":[]})", "metadata"},
      {R"({"content":"a","contnet":"b"})", "contnet"},
      {"{\"content\":\"\xff\xfe\"}", "not JSON"},
  };
  for (const auto& [line, part] : cases) {
    const auto memory = parse_memory_line(line);
    ASSERT_FALSE(memory) << line;
    EXPECT_EQ(memory.error().code, ErrorCode::kInvalidArgument) << line;
    EXPECT_NE(memory.error().message.find(part), std::string::npos) << memory.error().message;
    EXPECT_NE(memory.error().remedy, "") << line;
  }
}

TEST(ParseMemoryLine, AnyDepthIsRefusedAndNeverACrash) {
  const std::string deep(1'000'000, '[');
  const auto memory = parse_memory_line(R"({"content":"a","metadata":{"x":)" + deep +
                                        std::string(deep.size(), ']') + "}}");
  ASSERT_FALSE(memory);
  EXPECT_NE(memory.error().message.find("nested"), std::string::npos) << memory.error().message;
}

TEST(IdOfContent, IsTheSameForTheSameTextOfTheSameOwnerOnly) {
  const Memory tea{.content = "tea"};
  EXPECT_EQ(id_of_content(tea), id_of_content({.id = "other", .content = "tea"}));
  EXPECT_NE(id_of_content(tea), id_of_content({.content = "teas"}));
  EXPECT_NE(id_of_content(tea), id_of_content({.content = "tea", .user_id = "ada"}));
  // The parts are told apart: ("ab", "c") is not ("a", "bc").
  EXPECT_NE(id_of_content({.content = "c", .user_id = "ab"}),
            id_of_content({.content = "bc", .user_id = "a"}));
}

}  // namespace
}  // namespace papr
